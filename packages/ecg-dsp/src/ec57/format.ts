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

const UNDEFINED_RATIO = '     - ';

/** The standard report of EC57 (4.2.1) in the layout of `bxb -S`, or of `bxb -s` without the supraventricular class. */
export function standardReport(
  comparison: BeatComparison,
  names: ReportNames,
  { supraventricular }: ReportOptions,
): string {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const figures = beatStatistics(cells);
  const called = columns.filter((column) => supraventricular || column !== 's');
  const lines = [
    ...title(comparison, names),
    '               Algorithm',
    `    ${called.map((column) => column.padStart(5)).join('')}`,
    `   ${'_'.repeat(5 * called.length + 1)}`,
  ];
  const beatRows: Row[] = supraventricular ? ['N', 'S', 'V', 'F', 'Q'] : ['N', 'V', 'F', 'Q'];
  for (const row of beatRows) lines.push(matrixRow(cells, row, called));
  for (const row of ['O', 'X'] as const) lines.push(matrixRow(cells, row, called.slice(0, -2)));
  lines.push(
    '',
    `           QRS sensitivity: ${ratio(figures.qrsSensitivity)}`,
    ` QRS positive predictivity: ${ratio(figures.qrsPredictivity)}`,
    `           VEB sensitivity: ${ratio(figures.vebSensitivity)}`,
    ` VEB positive predictivity: ${ratio(figures.vebPredictivity)}`,
  );
  if (supraventricular) {
    const rms = rmsRrError(comparison);
    lines.push(
      `          SVEB sensitivity: ${ratio(figures.svebSensitivity)}`,
      `SVEB positive predictivity: ${ratio(figures.svebPredictivity)}`,
      `     RMS RR interval error: ${rms === null ? UNDEFINED_RATIO : fixed(rms, 2, 6)} ms`,
    );
  } else lines.push(`   VEB false positive rate: ${ratio(figures.vebFalsePositiveRate, 3)}`, '');
  lines.push('', ...shutdownBlock(comparison, figures, supraventricular));
  return text(lines);
}

/**
 * The condensed report (-C, -c): the pooled counts of the line format as a table, and the figures made of them. The
 * layout is our own.
 */
export function condensedReport(
  comparison: BeatComparison,
  names: ReportNames,
  { supraventricular }: ReportOptions,
): string {
  const cells = supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
  const figures = beatStatistics(cells);
  const called = supraventricular ? ["n'", 's', 'v', "o'"] : ["n'", 'v', "o'"];
  const lines = [
    ...title(comparison, names),
    '            Algorithm',
    `    ${called.map((name) => name.padStart(6)).join('')}`,
  ];
  lines.push(`   ${'_'.repeat(6 * called.length + 1)}`);
  for (const [name, wanted] of pooledRows(supraventricular)) {
    const pools = pooledColumns(supraventricular).slice(0, name === "O'" ? -1 : undefined);
    lines.push(`${name.padEnd(2).padStart(3)}|${pools.map((pool) => whole(total(cells, wanted, pool), 6)).join('')}`);
  }
  lines.push('', `QRS ${shortRatios(figures.qrsSensitivity, figures.qrsPredictivity)}`);
  lines.push(`VEB ${shortRatios(figures.vebSensitivity, figures.vebPredictivity)}`);
  if (supraventricular) {
    const rms = rmsRrError(comparison);
    lines.push(`SVEB${shortRatios(figures.svebSensitivity, figures.svebPredictivity)}`);
    lines.push(`RMS RR interval error: ${rms === null ? UNDEFINED_RATIO : fixed(rms, 2, 6)} ms`);
  }
  return text(lines);
}

/**
 * A disagreement in one line, as `bxb -v` lists it: `N(120188)/V(120191)`, `O` and `X` standing for a beat that one side
 * lacks and `*` for a test beat during fibrillation. Undefined for a pair that agrees.
 */
export function discrepancyLine(event: BeatEvent, { supraventricular }: ReportOptions): string | undefined {
  const name = (label: string): string => (label === 'S' && !supraventricular ? 'N' : label);
  const line = (wanted: string, at: number, given: string, there: number): string =>
    text([`${name(wanted)}(${at})/${name(given)}(${there})`]);
  switch (event.kind) {
    case 'match': {
      const { reference, test } = event;
      if (name(reference.label) === name(test.label)) return undefined;
      return line(reference.label, reference.sample, test.label, test.sample);
    }
    case 'missed': {
      const { sample, label } = event.reference;
      return line(label, sample, event.column.toUpperCase(), sample);
    }
    case 'extra':
      return line(event.row, event.test.sample, event.test.label, event.test.sample);
    case 'uncounted':
      return line('*', event.reference?.sample ?? event.test.sample, event.test.label, event.test.sample);
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

function shutdownBlock(comparison: BeatComparison, figures: BeatStatistics, supraventricular: boolean): string[] {
  const { N, S, V, F } = figures.missedInShutdown;
  return [
    `  Beats missed in shutdown: ${ratio(reportedMisses(figures.missedInShutdown))}`,
    `      N missed in shutdown: ${ratio(N)}`,
    ...(supraventricular ? [`      S missed in shutdown: ${ratio(S)}`] : []),
    `      V missed in shutdown: ${ratio(V)}`,
    `      F missed in shutdown: ${ratio(F)}`,
    `       Total shutdown time: ${whole(shutdownSeconds(comparison), 5)} seconds`,
  ];
}

function ratio(value: Ratio, digits = 2): string {
  const share = percent(value);
  const shown = share === null ? UNDEFINED_RATIO : `${fixed(share, digits, 6)}%`;
  return `${shown} (${value.hits}/${value.total})`;
}

function shortRatios(sensitivity: Ratio, predictivity: Ratio): string {
  return ` Se ${ratio(sensitivity)}  +P ${ratio(predictivity)}`;
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
