import { pooledColumns, pooledRows, reportedMisses, shutdownSeconds } from './format-lines.js';
import type { MappingName } from './labels.js';
import { type BeatComparison, type BeatEvent, rmsRrError } from './match.js';
import { fixed, whole } from './printf.js';
import {
  type BeatCells,
  type BeatStatistics,
  beatStatistics,
  type Column,
  columns,
  foldSupraventricular,
  percent,
  type Ratio,
  type Row,
  total,
} from './tables.js';

/** Who was compared with whom, as the reports name them. */
export interface ReportNames {
  readonly record: string;
  readonly reference: string;
  readonly test: string;
}

/** Whether a report has a supraventricular class (-S, -L, -C) or counts its beats as normal (-s, -l, -c). */
export interface ReportOptions {
  readonly supraventricular: boolean;
}

/** The time that bxb gives a reference beat that does not exist: the latest one of a 64-bit integer. */
const LATEST = '9223372036854775807';
const UNDEFINED_RATIO = '     - ';

/** The standard report of EC57 (4.2.1) as `bxb -S -` prints it, or `bxb -s -` without the supraventricular class. */
export function standardReport(comparison: BeatComparison, names: ReportNames, options: ReportOptions): string {
  return matrixReport(comparison, names, options) + shutdownReport(comparison, options);
}

/** The condensed report of EC57 (AAMI RP, table 6) as `bxb -C -` prints it, or `bxb -c -`. */
export function condensedReport(comparison: BeatComparison, names: ReportNames, options: ReportOptions): string {
  return condensedMatrixReport(comparison, names, options) + shutdownReport(comparison, options);
}

/** The part of the standard report that `bxb -S FILE` appends to its file. */
export function matrixReport(
  comparison: BeatComparison,
  names: ReportNames,
  { supraventricular }: ReportOptions,
): string {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const called = columns.filter((column) => supraventricular || column !== 's');
  const beatRows: Row[] = supraventricular ? ['N', 'S', 'V', 'F', 'Q'] : ['N', 'V', 'F', 'Q'];
  return text([
    ...title(comparison, names),
    '               Algorithm',
    `    ${called.map((column) => column.padStart(5)).join('')}`,
    `   ${'_'.repeat(5 * called.length + 1)}`,
    ...beatRows.map((row) => matrixRow(cells, row, called)),
    ...(['O', 'X'] as const).map((row) => matrixRow(cells, row, called.slice(0, -2))),
    ...figureLines(comparison, beatStatistics(cells), supraventricular),
  ]);
}

/** The part of the condensed report that `bxb -C FILE` appends to its file. */
export function condensedMatrixReport(
  comparison: BeatComparison,
  names: ReportNames,
  { supraventricular }: ReportOptions,
): string {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const called = supraventricular ? ['n+f+q', 's', 'v', 'o+x'] : ['n+f+q', 'v', 'o+x'];
  const pools = pooledColumns(supraventricular);
  return text([
    ...title(comparison, names),
    '         Algorithm',
    `      ${called.map((name) => name.padStart(5)).join('')}`,
    `     ${'_'.repeat(5 * called.length + 1)}`,
    ...pooledRows(supraventricular).map(([wanted, name]) => {
      const shown = wanted.includes('O') ? pools.slice(0, -1) : pools;
      return `${name} |${shown.map((pool) => ` ${whole(total(cells, wanted, pool), 4)}`).join('')}`;
    }),
    ...figureLines(comparison, beatStatistics(cells), supraventricular),
  ]);
}

/** The part of both reports that bxb prints to the standard output, wherever the other one goes. */
export function shutdownReport(comparison: BeatComparison, { supraventricular }: ReportOptions): string {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const { missedInShutdown } = beatStatistics(cells);
  const { N, S, V, F } = missedInShutdown;
  return text([
    '',
    `  Beats missed in shutdown: ${ratio(reportedMisses(missedInShutdown))}`,
    `      N missed in shutdown: ${ratio(N)}`,
    ...(supraventricular ? [`      S missed in shutdown: ${ratio(S)}`] : []),
    `      V missed in shutdown: ${ratio(V)}`,
    `      F missed in shutdown: ${ratio(F)}`,
    `       Total shutdown time: ${whole(shutdownSeconds(comparison), 5)} seconds`,
  ]);
}

/**
 * A disagreement in one line, as `bxb -v` lists it: `N(120188)/V(120191)`, `O` and `X` standing for a beat that one side
 * lacks and `*` for a test beat during fibrillation. Undefined for a pair that agrees.
 */
export function discrepancyLine(event: BeatEvent, { supraventricular }: ReportOptions): string | undefined {
  const name = (label: string): string => (label === 'S' && !supraventricular ? 'N' : label);
  // A flutter wave is the absence of a beat, and that has the time of the beat it is set against.
  const line = (wanted: string, at: number | string, given: string, there: number | string): string | undefined =>
    name(wanted) === name(given)
      ? undefined
      : text([`${name(wanted)}(${at})/${name(given)}(${given === 'O' ? at : there})`]);
  switch (event.kind) {
    case 'match': {
      const { reference, test } = event;
      return line(reference.label, reference.label === 'O' ? test.sample : reference.sample, test.label, test.sample);
    }
    case 'missed': {
      const { sample, label } = event.reference;
      const at = label === 'O' ? (event.test?.sample ?? LATEST) : sample;
      return line(label, at, event.column.toUpperCase(), at);
    }
    case 'extra':
      return line(event.row, event.test.sample, event.test.label, event.test.sample);
    case 'uncounted':
      return line('*', event.reference?.sample ?? LATEST, event.test.label, event.test.sample);
  }
}

function title({ mapping }: BeatComparison, names: ReportNames): string[] {
  return [`Beat-by-beat comparison results for record ${names.record}`, ...titleLines(mapping, names)];
}

/** Who was compared with whom; and the mapping, where it is not the one of the reference comparator. */
export function titleLines(mapping: MappingName, { reference, test }: ReportNames): string[] {
  const named = mapping === 'ec57' ? [] : [`      Label mapping: ${mapping}`];
  return [`Reference annotator: ${reference}`, `     Test annotator: ${test}`, ...named, ''];
}

function matrixRow(cells: BeatCells, row: Row, called: readonly Column[]): string {
  return ` ${row} |${called.map((column) => ` ${whole(cells[row][column], 4)}`).join('')}`;
}

function figureLines(comparison: BeatComparison, figures: BeatStatistics, supraventricular: boolean): string[] {
  const rms = rmsRrError(comparison);
  return [
    '',
    `           QRS sensitivity: ${ratio(figures.qrsSensitivity)}`,
    ` QRS positive predictivity: ${ratio(figures.qrsPredictivity)}`,
    `           VEB sensitivity: ${ratio(figures.vebSensitivity)}`,
    ` VEB positive predictivity: ${ratio(figures.vebPredictivity)}`,
    ...(supraventricular
      ? [
          `          SVEB sensitivity: ${ratio(figures.svebSensitivity)}`,
          `SVEB positive predictivity: ${ratio(figures.svebPredictivity)}`,
          `     RMS RR interval error: ${rms === null ? '     -' : `${fixed(rms, 2, 6)} ms`}`,
        ]
      : [`   VEB false positive rate: ${ratio(figures.vebFalsePositiveRate, 3)}`, '']),
  ];
}

function ratio(value: Ratio, digits = 2): string {
  const share = percent(value);
  const shown = share === null ? UNDEFINED_RATIO : `${fixed(share, digits, 6)}%`;
  return `${shown} (${value.hits}/${value.total})`;
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
