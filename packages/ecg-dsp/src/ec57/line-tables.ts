import { lineHeadings } from './format-lines.js';
import { runHeading } from './format-runs.js';

/** One column of a line-format table after the record's name. */
export interface LineColumn {
  readonly name: string;
  /** Characters, with the blanks before it. */
  readonly width: number;
  /** Decimals of a figure; undefined for a count. */
  readonly digits?: number;
  /** A word that follows the value. */
  readonly unit?: string;
}

/** Columns of counts whose sums make a ratio. */
export interface PooledRatio {
  readonly hits: string;
  readonly total: string;
}

/** A table that `compare` or `runs` builds up line by line: how to recognise it and what its pooled counts mean. */
export interface LineTable {
  readonly heading: string;
  /** Characters that the record's name takes, at the least. */
  readonly nameWidth: number;
  readonly columns: readonly LineColumn[];
  /** Gross figures by column; the ones left out cannot be made of the counts in the table. */
  readonly gross: Readonly<Record<string, PooledRatio>>;
  /** Totals to name at the end, each the sum of some counts. */
  readonly totals: Readonly<Record<string, string>>;
  /** Characters by which sumstats moves its sums and its figures to the right of the table's columns. */
  readonly shift?: { readonly sum: number; readonly figures: number };
}

const count = (width: number, names: string): LineColumn[] => names.split(' ').map((name) => ({ name, width }));
const figure = (width: number, digits: number, names: string): LineColumn[] =>
  names.split(',').map((name) => ({ name, width, digits }));

/** Hits among hits and others. */
const ratio = (hits: string, others: string): PooledRatio => ({ hits, total: `${hits} ${others}` });

const missed = "No' So' Vo' Fo'";
const matched = "Nn' Sn' Vn' Fn' Ns Ss Vs Fs' Nv Sv Vv Fv'";

/**
 * The S predictivity leaves Fs' out, as published output of sumstats shows: Q beats called S, which are no errors, cannot be
 * told there from F beats, which are.
 */
const beats: LineTable = {
  heading: lineHeadings({ supraventricular: true }).beats,
  nameWidth: 4,
  columns: [
    ...count(6, "Nn'"),
    ...count(4, "Sn' Vn' Fn' On' Ns Ss Vs Fs' Os' Nv Sv"),
    ...count(5, 'Vv'),
    ...count(4, "Fv' Ov' No' So' Vo' Fo'"),
    ...figure(7, 2, 'Q Se,Q +P,V Se,V +P,S Se,S +P,RR err'),
  ],
  gross: {
    'Q Se': ratio(matched, missed),
    'Q +P': ratio(matched, "On' Os' Ov'"),
    'V Se': ratio('Vv', "Vn' Vs Vo'"),
    'V +P': ratio('Vv', "Nv Sv Ov'"),
    'S Se': ratio('Ss', "Sn' Sv So'"),
    'S +P': ratio('Ss', "Ns Vs Os'"),
  },
  totals: {
    'QRS complexes': `${matched} ${missed}`,
    VEBs: "Vn' Vs Vv Vo'",
    SVEBs: "Sn' Ss Sv So'",
  },
};

const matchedWithoutS = "Nn' Vn' Fn' Nv Vv Fv'";
const missedWithoutS = "No' Vo' Fo'";

const beatsWithoutS: LineTable = {
  heading: lineHeadings({ supraventricular: false }).beats,
  nameWidth: 4,
  shift: { sum: 1, figures: 3 },
  columns: [
    ...count(6, "Nn'"),
    ...count(4, "Vn' Fn' On' Nv"),
    ...count(5, 'Vv'),
    ...count(4, "Fv' Ov' No' Vo' Fo'"),
    ...figure(7, 2, 'Q Se,Q +P,V Se,V +P'),
    ...figure(7, 3, 'V FPR'),
  ],
  gross: {
    'Q Se': ratio(matchedWithoutS, missedWithoutS),
    'Q +P': ratio(matchedWithoutS, "On' Ov'"),
    'V Se': ratio('Vv', "Vn' Vo'"),
    'V +P': ratio('Vv', "Nv Ov'"),
    'V FPR': ratio("Nv Ov'", "Nn' Fn' On'"),
  },
  totals: { 'QRS complexes': `${matchedWithoutS} ${missedWithoutS}`, VEBs: "Vn' Vv Vo'" },
};

function shutdown(labels: string): LineTable {
  return {
    heading: lineHeadings({ supraventricular: labels.includes('S') }).shutdown,
    nameWidth: 4,
    columns: [
      ...count(5, [...labels, 'Q'].map((label) => `${label}x`).join(' ')),
      ...figure(9, 2, '% beats'),
      ...figure(7, 2, [...labels].map((label) => `% ${label}`).join(',')),
      { name: 'Shutdown', width: 5, unit: 'seconds' },
      ...count(2, 'N S V F Q'),
    ],
    gross: {
      // As in the standard report, whose one count leaves the missed S beats out.
      '% beats': { hits: 'Nx Vx Fx Qx', total: 'N S V F Q' },
      ...Object.fromEntries([...labels].map((label) => [`% ${label}`, { hits: `${label}x`, total: label }])),
    },
    totals: {},
  };
}

function runs(kind: 'V' | 'S'): LineTable {
  const pooled = ['C', 'S', 'L'].flatMap((length): [string, PooledRatio][] => [
    [`${length}Se`, ratio(`${length}Ts`, `${length}FN`)],
    [`${length}+P`, ratio(`${length}Tp`, `${length}FP`)],
  ]);
  return {
    heading: runHeading(kind),
    nameWidth: 6,
    columns: [
      ...count(4, 'CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP'),
      ...figure(5, 0, 'CSe'),
      ...figure(4, 0, 'C+P,SSe,S+P,LSe,L+P'),
    ],
    gross: Object.fromEntries(pooled),
    totals: {},
  };
}

export const lineTables: readonly LineTable[] = [
  beats,
  beatsWithoutS,
  shutdown('NSVF'),
  shutdown('NVF'),
  runs('S'),
  runs('V'),
];
