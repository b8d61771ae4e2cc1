import { type ReportNames, titleLines } from './format.js';
import { whole } from './printf.js';
import { type RunComparison, type RunEvent, type RunStatistics, type RunTable, runStatistics } from './runs.js';
import type { Ratio } from './tables.js';

/** Runs whose lengths a report tells apart, with the names of their rows and columns. */
interface Layout {
  readonly heading: string;
  readonly lengths: readonly { readonly row: string; readonly column: string; readonly pooled: readonly number[] }[];
}

const standard: Layout = {
  heading: '               Algorithm Run Length',
  lengths: ['0', '1', '2', '3', '4', '5', '>5'].map((name, length) => ({ row: name, column: name, pooled: [length] })),
};

/** No run, a single beat, a couplet, a short run, a long run. The V stands for single beats of both kinds. */
const condensed: Layout = {
  heading: '          Algorithm Run Length',
  lengths: [
    { row: 'NC', column: 'nc', pooled: [0] },
    { row: 'V', column: 'v', pooled: [1] },
    { row: 'C', column: 'c', pooled: [2] },
    { row: 'S', column: 's', pooled: [3, 4, 5] },
    { row: 'L', column: 'l', pooled: [6] },
  ],
};

/** The standard report of one kind of run in the layout of `rxr -s`; `rxr -S` prints the ventricular one, then the other. */
export function runReport(comparison: RunComparison, names: ReportNames): string {
  return report(comparison, names, standard);
}

/** The condensed report of one kind of run (AAMI RP, table 10) in the layout of `rxr -c`; `rxr -C` prints both. */
export function condensedRunReport(comparison: RunComparison, names: ReportNames): string {
  return report(comparison, names, condensed);
}

function report(comparison: RunComparison, names: ReportNames, layout: Layout): string {
  return text([
    ...title(comparison, names),
    ...table(comparison.sensitivity, layout),
    '',
    layout === standard ? '      (Run Sensitivity Summary Matrix)' : '    (Run Sensitivity Summary Matrix)',
    '',
    '',
    ...table(comparison.predictivity, layout),
    '',
    ' (Run Positive Predictivity Summary Matrix)',
    '',
    ...figures(runStatistics(comparison)),
    '',
  ]);
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
    const share = wholePercent(ratio);
    return share === null ? '   -' : ` ${whole(share, 3)}`;
  });
  return text([`${record.padStart(4)}${counts.join('')} ${shares.join('')}`]);
}

/** What `rxr -v` lists of one kind of run before its report: a line such as `3/5(120188-121065)` where lengths differ. */
export function runDiscrepancies({ kind, events }: RunComparison): string {
  const name = kind === 'V' ? 'VE' : 'SVE';
  const lines = (of: RunEvent['of']): string[] =>
    events
      .filter((event) => event.of === of && event.reference !== event.test)
      .map(({ reference, test, from, to }) => `${reference}/${test}(${from}-${to})`);
  return text([
    '',
    `${name} Run-by-run comparison for sensitivity`,
    ...lines('reference'),
    '',
    `${name} Run-by-run comparison for positive predictivity`,
    ...lines('test'),
  ]);
}

function title({ kind, mapping }: RunComparison, names: ReportNames): string[] {
  const runs = kind === 'V' ? 'VE' : 'SVE';
  return [`${runs} run-by-run comparison results for record ${names.record}`, ...titleLines(mapping, names)];
}

function table(counts: RunTable, { heading, lengths }: Layout): string[] {
  const cell = (wanted: readonly number[], given: readonly number[]): string =>
    ` ${whole(
      wanted.reduce((all, row) => all + given.reduce((part, column) => part + counts[row]![column]!, 0), 0),
      4,
    )}`;
  return [
    heading,
    `      ${lengths.map(({ column }) => column.padStart(5)).join('')}`,
    `     ${'_'.repeat(5 * lengths.length + 1)}`,
    ...lengths.map(({ row, pooled }, place) => {
      // No run on either side is no event.
      const cells = lengths.map((other, at) => (place + at === 0 ? ' '.repeat(5) : cell(pooled, other.pooled)));
      return `${row.padStart(4)} |${cells.join('')}`;
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
  const value = wholePercent(ratio);
  return `${value === null ? '  - ' : `${whole(value, 3)}%`} (${ratio.hits}/${ratio.total})`;
}

/** rxr rounds halves up, unlike bxb: 5 of 8 are 63 %. */
function wholePercent({ hits, total }: Ratio): number | null {
  return total === 0 ? null : Math.floor((200 * hits + total) / (2 * total));
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
