import { type ReportNames, titleLines } from './format.js';
import { fixed, whole } from './printf.js';
import { type RunComparison, type RunEvent, type RunStatistics, type RunTable, runStatistics } from './runs.js';
import { percent, type Ratio } from './tables.js';

const LENGTHS = ['0', '1', '2', '3', '4', '5', '>5'];

/** The standard report of one kind of run in the layout of `rxr -s`; `rxr -S` prints the ventricular one, then the other. */
export function runReport(comparison: RunComparison, names: ReportNames): string {
  return text([
    ...title(comparison, names),
    ...table(comparison.sensitivity),
    '',
    '      (Run Sensitivity Summary Matrix)',
    '',
    '',
    ...table(comparison.predictivity),
    '',
    ' (Run Positive Predictivity Summary Matrix)',
    '',
    ...figures(runStatistics(comparison)),
    '',
  ]);
}

/** The condensed report (-C, -c): the figures alone, in a layout of our own. */
export function condensedRunReport(comparison: RunComparison, names: ReportNames): string {
  return text([...title(comparison, names), ...figures(runStatistics(comparison)), '']);
}

/** Headings of the table of one kind of run in the layout of `rxr -l` and `-L`: only the supraventricular one has a title. */
export function runHeading(kind: RunComparison['kind']): string {
  const columns = 'Record CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP  CSe C+P SSe S+P LSe L+P';
  return kind === 'S' ? text(['(SVE run detection)', columns]) : text([columns]);
}

/** One record's line of that table: true and false counts of both directions, then percentages. */
export function runLine(comparison: RunComparison, record: string): string {
  const ratios = Object.values(runStatistics(comparison)) as Ratio[];
  const counts = ratios.flatMap(({ hits, total }) => [hits, total - hits]).map((count) => ` ${whole(count, 3)}`);
  const shares = ratios.map((ratio) => {
    const share = percent(ratio);
    return share === null ? '   -' : ` ${fixed(share, 0, 3)}`;
  });
  return text([`${record.padStart(6)}${counts.join('')} ${shares.join('')}`]);
}

/** A disagreement in one line, as `rxr -v` lists it: `3/5(120188-121065)`. Undefined where the lengths agree. */
export function runDiscrepancyLine({ reference, test, from, to }: RunEvent): string | undefined {
  return reference === test ? undefined : text([`${reference}/${test}(${from}-${to})`]);
}

function title({ kind, mapping }: RunComparison, names: ReportNames): string[] {
  const runs = kind === 'V' ? 'VE' : 'SVE';
  return [`${runs} run-by-run comparison results for record ${names.record}`, ...titleLines(mapping, names)];
}

function table(counts: RunTable): string[] {
  return [
    '               Algorithm Run Length',
    `      ${LENGTHS.map((length) => length.padStart(5)).join('')}`,
    `     ${'_'.repeat(36)}`,
    ...counts.map((row, length) => {
      // No run on either side is no event.
      const cells = row.map((count, other) => (length + other === 0 ? ' '.repeat(5) : ` ${whole(count, 4)}`));
      return `${LENGTHS[length]!.padStart(4)} |${cells.join('')}`;
    }),
  ];
}

function figures(statistics: RunStatistics): string[] {
  const { coupletSensitivity, coupletPredictivity } = statistics;
  const { shortSensitivity, shortPredictivity, longSensitivity, longPredictivity } = statistics;
  return [
    `            Couplet sensitivity: ${share(coupletSensitivity)}`,
    `  Couplet positive predictivity: ${share(coupletPredictivity)}`,
    `          Short run sensitivity: ${share(shortSensitivity)}`,
    `Short run positive predictivity: ${share(shortPredictivity)}`,
    `           Long run sensitivity: ${share(longSensitivity)}`,
    ` Long run positive predictivity: ${share(longPredictivity)}`,
  ];
}

function share(ratio: Ratio): string {
  const value = percent(ratio);
  return `${value === null ? '  - ' : `${fixed(value, 0, 3)}%`} (${ratio.hits}/${ratio.total})`;
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
