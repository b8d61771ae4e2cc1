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
  /** True for a count that sumstats reads and does not show. */
  readonly hidden?: boolean;
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
  /** Length of the line that sumstats draws under the table. */
  readonly rule: number;
  readonly columns: readonly LineColumn[];
  /** Gross figures by column; the ones left out cannot be made of the counts in the table. */
  readonly gross: Readonly<Record<string, PooledRatio>>;
  /** Totals to name at the end, each the sum of some counts. */
  readonly totals: Readonly<Record<string, string>>;
  /** Characters by which sumstats moves its sums and its figures to the right of the table's columns. */
  readonly shift?: { readonly sum: number; readonly figures: number };
  /** True where sumstats prints neither gross nor average figures. */
  readonly sumOnly?: boolean;
  /** True where sumstats counts every beat twice in what it divides the gross figures by. */
  readonly halvesGross?: boolean;
  /** Counts of which a record must have one for sumstats to count the record. */
  readonly counted?: string;
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
  rule: 132,
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
  rule: 86,
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

const hidden = 'N S V F Q'.split(' ').map((name): LineColumn => ({ name, width: 0, hidden: true }));

const shutdown: LineTable = {
  heading: lineHeadings({ supraventricular: true }).shutdown,
  nameWidth: 5,
  rule: 72,
  sumOnly: true,
  columns: [
    ...count(4, 'Nx'),
    ...count(5, 'Sx Vx Fx Qx'),
    ...figure(7, 2, '% beats,% N,% S,% V,% F'),
    { name: 'Shutdown', width: 7, unit: 'seconds' },
    ...hidden,
  ],
  gross: {
    // As in the standard report, whose one count leaves the missed S beats out.
    '% beats': { hits: 'Nx Vx Fx Qx', total: 'N S V F Q' },
    '% N': { hits: 'Nx', total: 'N' },
    '% S': { hits: 'Sx', total: 'S' },
    '% V': { hits: 'Vx', total: 'V' },
    '% F': { hits: 'Fx', total: 'F' },
  },
  totals: {},
};

const shutdownWithoutS: LineTable = {
  heading: lineHeadings({ supraventricular: false }).shutdown,
  nameWidth: 5,
  rule: 68,
  shift: { sum: 1, figures: 1 },
  halvesGross: true,
  counted: 'N V F Q',
  columns: [
    ...count(4, 'Nx'),
    ...count(5, 'Vx Fx Qx'),
    ...figure(7, 2, '% beats,% N,% V,% F'),
    { name: 'Shutdown', width: 7, unit: 'seconds' },
    ...hidden,
  ],
  gross: {
    '% beats': { hits: 'Nx Vx Fx Qx', total: 'N V F Q' },
    '% N': { hits: 'Nx', total: 'N' },
    '% V': { hits: 'Vx', total: 'V' },
    '% F': { hits: 'Fx', total: 'F' },
  },
  totals: {},
};

function runs(kind: 'V' | 'S'): LineTable {
  const pooled = ['C', 'S', 'L'].flatMap((length): [string, PooledRatio][] => [
    [`${length}Se`, ratio(`${length}Ts`, `${length}FN`)],
    [`${length}+P`, ratio(`${length}Tp`, `${length}FP`)],
  ]);
  return {
    heading: runHeading(kind),
    nameWidth: 4,
    rule: 77,
    shift: { sum: 2, figures: 2 },
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
  shutdown,
  shutdownWithoutS,
  runs('S'),
  runs('V'),
];
