import type { PseudoLabel } from './labels.js';

/** Reference labels, top to bottom. O: no beat there; X: no beat there and the reference is in shutdown. */
export const rows = ['N', 'S', 'V', 'F', 'Q', 'O', 'X'] as const;
/** Test labels, left to right. o: missed; x: missed while the test is in shutdown. */
export const columns = ['n', 's', 'v', 'f', 'q', 'o', 'x'] as const;

export type Row = (typeof rows)[number];
export type Column = (typeof columns)[number];

/** Beats by reference label (upper case) and test label (lower case): `cells.V.n` is a VEB called normal. */
export type BeatCells = Readonly<Record<Row, Readonly<Record<Column, number>>>>;

export type MutableCells = Record<Row, Record<Column, number>>;

/** A quotient kept as its two counts, so that nothing is lost where the denominator is 0. */
export interface Ratio {
  readonly hits: number;
  readonly total: number;
}

/** The figures of EC57 section 4.2, in the notation Ns = "a normal beat called supraventricular". */
export interface BeatStatistics {
  readonly qrsSensitivity: Ratio;
  readonly qrsPredictivity: Ratio;
  readonly vebSensitivity: Ratio;
  /** F and Q beats called V count neither way. */
  readonly vebPredictivity: Ratio;
  /** Of the test beats where the reference has no VEB, those called V; F and Q beats called V left out. */
  readonly vebFalsePositiveRate: Ratio;
  readonly svebSensitivity: Ratio;
  /** Q beats called S count neither way. */
  readonly svebPredictivity: Ratio;
  /** Beats missed while the test was in shutdown, of all beats and of those of a class. */
  readonly missedInShutdown: Readonly<Record<'all' | 'N' | 'S' | 'V' | 'F', Ratio>>;
}

export function emptyCells(): MutableCells {
  const row = (): Record<Column, number> => ({ n: 0, s: 0, v: 0, f: 0, q: 0, o: 0, x: 0 });
  return { N: row(), S: row(), V: row(), F: row(), Q: row(), O: row(), X: row() };
}

export function columnOf(label: PseudoLabel): Column {
  return label.toLowerCase() as Column;
}

/** Cell-wise sum, for pooled (gross) statistics. */
export function addCells(tables: Iterable<BeatCells>): BeatCells {
  const sum = emptyCells();
  for (const cells of tables) {
    for (const row of rows) for (const column of columns) sum[row][column] += cells[row][column];
  }
  return sum;
}

/** The table without a supraventricular class: S beats become N, as EC57 asks of devices that do not tell them apart. */
export function foldSupraventricular(cells: BeatCells): BeatCells {
  const folded = emptyCells();
  for (const row of rows) {
    for (const column of columns) {
      folded[row === 'S' ? 'N' : row][column === 's' ? 'n' : column] += cells[row][column];
    }
  }
  return folded;
}

/** Adds up cells named like `Nn`: the reference row, then the test column. */
export function total(cells: BeatCells, wanted: Iterable<Row>, called: Iterable<Column>): number {
  let sum = 0;
  for (const row of wanted) for (const column of called) sum += cells[row][column];
  return sum;
}

const BEATS = ['N', 'S', 'V', 'F', 'Q'] as const;
const CALLED = ['n', 's', 'v', 'f', 'q'] as const;
const NO_BEAT = ['O', 'X'] as const;

export function beatStatistics(cells: BeatCells): BeatStatistics {
  const count = (wanted: Iterable<Row>, called: Iterable<Column>): number => total(cells, wanted, called);
  const matched = count(BEATS, CALLED);
  const vebHits = cells.V.v;
  const vebFalse = count(['N', 'S', ...NO_BEAT], ['v']);
  const svebHits = cells.S.s;
  const missed = (label: readonly Row[]): Ratio => ({ hits: count(label, ['x']), total: count(label, columns) });
  return {
    qrsSensitivity: { hits: matched, total: count(BEATS, columns) },
    qrsPredictivity: { hits: matched, total: matched + count(NO_BEAT, CALLED) },
    vebSensitivity: { hits: vebHits, total: count(['V'], columns) },
    vebPredictivity: { hits: vebHits, total: vebHits + vebFalse },
    vebFalsePositiveRate: {
      hits: vebFalse,
      total: vebFalse + count(['N', 'S', 'F', 'Q', ...NO_BEAT], ['n', 's', 'f', 'q']),
    },
    svebSensitivity: { hits: svebHits, total: count(['S'], columns) },
    svebPredictivity: { hits: svebHits, total: svebHits + count(['N', 'V', 'F', ...NO_BEAT], ['s']) },
    missedInShutdown: {
      all: missed(BEATS),
      N: missed(['N']),
      S: missed(['S']),
      V: missed(['V']),
      F: missed(['F']),
    },
  };
}

/** A ratio in percent, or null where there was nothing to divide by. */
export function percent({ hits, total }: Ratio): number | null {
  return total === 0 ? null : (100 * hits) / total;
}
