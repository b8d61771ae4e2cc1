import type { ReportOptions } from './format.js';
import { type BeatComparison, rmsRrError } from './match.js';
import { fixed, whole } from './printf.js';
import {
  type BeatCells,
  type BeatStatistics,
  beatStatistics,
  type Column,
  foldSupraventricular,
  percent,
  type Ratio,
  type Row,
  total,
} from './tables.js';

/**
 * Headings of the two tables that the line format builds: beats (EC57, table A.2) and shutdown (table A.3). Those of
 * `bxb -l` and the one of the beats of `bxb -L` are as its published output has them; the shutdown heading of `-L`
 * follows from the one of `-l`, with a column and a share more.
 */
export function lineHeadings({ supraventricular }: ReportOptions): {
  readonly beats: string;
  readonly shutdown: string;
} {
  return supraventricular
    ? {
        beats:
          "Record Nn' Sn' Vn' Fn' On'  Ns  Ss  Vs  Fs' Os' Nv  Sv   Vv  Fv' Ov' No' So' Vo' Fo'" +
          '  Q Se   Q +P   V Se   V +P   S Se   S +P RR err\n',
        shutdown:
          'Record Nx   Sx   Vx   Fx   Qx  % beats  % N    % S    % V    % F   Total Shutdown\n' +
          `${' '.repeat(32)}missed missed missed missed missed      Time\n`,
      }
    : {
        beats: "Record Nn' Vn' Fn' On'  Nv   Vv  Fv' Ov' No' Vo' Fo'  Q Se   Q +P   V Se   V +P  V FPR\n",
        shutdown:
          'Record Nx   Vx   Fx   Qx  % beats  % N    % V    % F   Total Shutdown\n' +
          `${' '.repeat(27)}missed missed missed missed      Time\n`,
      };
}

/** One record's line of the beat table. A primed count pools the n, f and q columns, the F and Q or the O and X rows. */
export function beatLine(comparison: BeatComparison, record: string, options: ReportOptions): string {
  return beatLineParts(comparison, record, options).join('');
}

/**
 * One record's line of the shutdown table: beats missed in shutdown, their shares, the time, and at the end the
 * record's beats by class, N S V F Q.
 */
export function shutdownLine(comparison: BeatComparison, record: string, options: ReportOptions): string {
  return shutdownLineParts(comparison, record, options).join('');
}

/** Both lines as `bxb -L - -` prints them to one output: the counts of both, then the figures of one after the other. */
export function bothLines(comparison: BeatComparison, record: string, options: ReportOptions): string {
  const [counts, figures] = beatLineParts(comparison, record, options);
  const [missed, shares] = shutdownLineParts(comparison, record, options);
  return counts + missed + figures + shares;
}

function beatLineParts(
  comparison: BeatComparison,
  record: string,
  { supraventricular }: ReportOptions,
): [counts: string, figures: string] {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const figures = beatStatistics(cells);
  const [first = 0, ...rest] = lineCounts(cells, supraventricular);
  const vebs = supraventricular ? 11 : 4;
  const counts = rest.map((count, index) => ` ${whole(count, index === vebs ? 4 : 3)}`);
  const ratios = [
    figures.qrsSensitivity,
    figures.qrsPredictivity,
    figures.vebSensitivity,
    figures.vebPredictivity,
    ...(supraventricular ? [figures.svebSensitivity, figures.svebPredictivity] : []),
  ].map((value) => lineFigure(percent(value), 2));
  const rms = rmsRrError(comparison);
  const last = supraventricular
    ? rms === null
      ? '     -'
      : lineFigure(rms, 2)
    : lineFigure(percent(figures.vebFalsePositiveRate), 3);
  return [`${record.padStart(4)} ${whole(first, 5)}${counts.join('')}`, `${ratios.join('')}${last}\n`];
}

function shutdownLineParts(
  comparison: BeatComparison,
  record: string,
  { supraventricular }: ReportOptions,
): [counts: string, figures: string] {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const { missedInShutdown } = beatStatistics(cells);
  const labels = supraventricular ? (['N', 'S', 'V', 'F'] as const) : (['N', 'V', 'F'] as const);
  const counts = [...labels, 'Q' as const].map((row) => ` ${whole(cells[row].x, 4)}`);
  const shares = [reportedMisses(missedInShutdown), ...labels.map((label) => missedInShutdown[label])];
  const beats = (['N', 'S', 'V', 'F', 'Q'] as const).map((row) => ` ${whole(total(cells, [row], CALLED))}`);
  return [
    `${record.padStart(4)}${counts.join('')}  `,
    `${shares.map((share) => lineFigure(percent(share), 2)).join('')}${whole(shutdownSeconds(comparison), 5)} seconds${beats.join('')}\n`,
  ];
}

/** Beats missed in shutdown as bxb reports them: it leaves the S beats out of this one count, and its output is the standard. */
export function reportedMisses({ all, S }: BeatStatistics['missedInShutdown']): Ratio {
  return { hits: all.hits - S.hits, total: all.total };
}

/** Total shutdown time in whole seconds, as the reports give it. */
export function shutdownSeconds({ shutdown, fs }: BeatComparison): number {
  const second = Math.round(fs);
  return Math.trunc((shutdown + Math.floor(second / 2)) / second);
}

/** A figure as the lines print it, in seven characters; a dash where nothing defines it. */
function lineFigure(value: number | null, digits: number): string {
  return value === null ? '      -' : ` ${fixed(value, digits, 6)}`;
}

const CALLED: readonly Column[] = ['n', 's', 'v', 'f', 'q', 'o', 'x'];

/** Rows that the line format and the condensed report pool, with their names in the latter. */
export function pooledRows(supraventricular: boolean): [Row[], string][] {
  const all: [Row[], string][] = [
    [['N'], '  N '],
    [['S'], '  S '],
    [['V'], '  V '],
    [['F', 'Q'], ' F+Q'],
    [['O', 'X'], ' O+X'],
  ];
  return all.filter(([[row]]) => supraventricular || row !== 'S');
}

/** Columns that they pool: n', s, v, o'. */
export function pooledColumns(supraventricular: boolean): Column[][] {
  return [['n', 'f', 'q'], ...(supraventricular ? [['s'] as Column[]] : []), ['v'], ['o', 'x']];
}

/** Counts of the line format, column by column: n', s, v, o'; no beat is both absent and missed. */
function lineCounts(cells: BeatCells, supraventricular: boolean): number[] {
  return pooledColumns(supraventricular).flatMap((pool) =>
    pooledRows(supraventricular)
      .filter(([wanted]) => !(wanted.includes('O') && pool.includes('o')))
      .map(([wanted]) => total(cells, wanted, pool)),
  );
}
