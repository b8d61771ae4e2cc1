import { lineHeadings } from './format.js';
import { runHeading } from './format-runs.js';

/** One column of a line-format table after the record's name. */
export interface LineColumn {
  readonly name: string;
  /** Characters, with the blanks before it. */
  readonly width: number;
  /** Decimals of a figure; undefined for a count. */
  readonly digits?: number;
}

/** Counts whose sums make a ratio. */
export interface PooledRatio {
  readonly hits: string;
  readonly others: string;
}

/** A table that `compare` or `runs` builds up line by line: how to recognise it and what its pooled counts mean. */
export interface LineTable {
  readonly heading: string;
  readonly columns: readonly LineColumn[];
  /** Gross figures by column; the ones left out cannot be made of the counts in the table. */
  readonly gross: Readonly<Record<string, PooledRatio>>;
  /** Totals to name at the end, each the sum of some counts. */
  readonly totals: Readonly<Record<string, string>>;
}

const count = (width: number, names: string): LineColumn[] => names.split(' ').map((name) => ({ name, width }));
const figure = (width: number, digits: number, names: string): LineColumn[] =>
  names.split(',').map((name) => ({ name, width, digits }));

const missed = "No' So' Vo' Fo'";
const matched = "Nn' Sn' Vn' Fn' Ns Ss Vs Fs' Nv Sv Vv Fv'";

/**
 * The S predictivity counts every beat of Fs', where the Q beats called S, which are no errors, cannot be told from the
 * F beats, which are.
 */
const beats: LineTable = {
  heading: lineHeadings({ supraventricular: true }).beats,
  columns: [
    ...count(6, "Nn'"),
    ...count(4, "Sn' Vn' Fn' On' Ns Ss Vs Fs' Os' Nv Sv"),
    ...count(5, 'Vv'),
    ...count(4, "Fv' Ov' No' So' Vo' Fo'"),
    ...figure(7, 2, 'Q Se,Q +P,V Se,V +P,S Se,S +P,RR err'),
  ],
  gross: {
    'Q Se': { hits: matched, others: missed },
    'Q +P': { hits: matched, others: "On' Os' Ov'" },
    'V Se': { hits: 'Vv', others: "Vn' Vs Vo'" },
    'V +P': { hits: 'Vv', others: "Nv Sv Ov'" },
    'S Se': { hits: 'Ss', others: "Sn' Sv So'" },
    'S +P': { hits: 'Ss', others: "Ns Vs Fs' Os'" },
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
  columns: [
    ...count(6, "Nn'"),
    ...count(4, "Vn' Fn' On' Nv"),
    ...count(5, 'Vv'),
    ...count(4, "Fv' Ov' No' Vo' Fo'"),
    ...figure(7, 2, 'Q Se,Q +P,V Se,V +P'),
    ...figure(7, 3, 'V FPR'),
  ],
  gross: {
    'Q Se': { hits: matchedWithoutS, others: missedWithoutS },
    'Q +P': { hits: matchedWithoutS, others: "On' Ov'" },
    'V Se': { hits: 'Vv', others: "Vn' Vo'" },
    'V +P': { hits: 'Vv', others: "Nv Ov'" },
    'V FPR': { hits: "Nv Ov'", others: "Nn' Fn' On'" },
  },
  totals: { 'QRS complexes': `${matchedWithoutS} ${missedWithoutS}`, VEBs: "Vn' Vv Vo'" },
};

function shutdown(labels: string): LineTable {
  const counts = [...labels, 'Q'].map((label) => `${label}x`).join(' ');
  return {
    heading: lineHeadings({ supraventricular: labels.includes('S') }).shutdown,
    columns: [
      ...count(5, counts),
      ...figure(9, 2, '% Beats'),
      ...figure(7, 2, [...labels].map((label) => `% ${label}`).join(',')),
      ...count(9, 'Shutdown'),
    ],
    gross: {},
    totals: { 'beats missed in shutdown': counts },
  };
}

function runs(kind: 'V' | 'S'): LineTable {
  const pooled = ['C', 'S', 'L'].flatMap((length): [string, PooledRatio][] => [
    [`${length}Se`, { hits: `${length}Ts`, others: `${length}FN` }],
    [`${length}+P`, { hits: `${length}Tp`, others: `${length}FP` }],
  ]);
  return {
    heading: runHeading(kind),
    columns: [
      ...count(4, 'CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP'),
      ...figure(5, 0, 'CSe'),
      ...figure(4, 0, 'C+P,SSe,S+P,LSe,L+P'),
    ],
    gross: Object.fromEntries(pooled),
    totals: { couplets: 'CTs CFN', 'short runs': 'STs SFN', 'long runs': 'LTs LFN' },
  };
}

export const lineTables: readonly LineTable[] = [
  beats,
  beatsWithoutS,
  shutdown('NSVF'),
  shutdown('NVF'),
  runs('V'),
  runs('S'),
];
