import {
  type BeatComparison,
  beatLine,
  beatStatistics,
  bothLines,
  compareBeats,
  condensedMatrixReport,
  discrepancyLine,
  lineHeadings,
  matrixReport,
  outputAnnotations,
  percent,
  type ReportOptions,
  rmsRrError,
  shutdownLine,
  shutdownReport,
  summarizeComparisons,
  timeOffsets,
} from '@ecgpu/ecg-dsp/ec57';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import type { Command } from 'commander';
import { refuseUnused } from '../options/unused-options.js';
import { type Console, printJson } from '../output/console.js';
import { printable } from '../output/printable.js';
import { appendReport } from '../output/report-file.js';
import { UsageError } from '../usage-error.js';
import {
  type AnnotationPair,
  addComparisonOptions,
  type ComparisonArguments,
  checkUse,
  forEachPair,
  nameMapping,
} from './comparison.js';

interface CompareArguments extends ComparisonArguments {
  /** commander keys short-only options by their letter. */
  readonly S?: string;
  readonly s?: string;
  readonly L?: readonly string[];
  readonly l?: readonly string[];
  readonly C?: string;
  readonly c?: string;
  readonly o?: boolean;
  readonly O?: boolean;
  readonly force?: boolean;
}

const withS: ReportOptions = { supraventricular: true };
const withoutS: ReportOptions = { supraventricular: false };

/** Adds `compare`: the reports of bxb(1), beat by beat. */
export function registerCompare(program: Command, console: Console): void {
  const command = program
    .command('compare')
    .alias('bxb')
    .description('score detected or classified beats against reference annotations, beat by beat (ANSI/AAMI EC57)');
  addComparisonOptions(command)
    .option('-S <file>', 'append the standard report, SVEB figures and RR interval error included')
    .option('-s <file>', 'append the standard report, S beats counted as N (default: on the terminal)')
    .option('-L <files...>', 'append a line to a table of beats and one of shutdown, SVEB figures included')
    .option('-l <files...>', 'the same, S beats counted as N')
    .option('-C <file>', 'append the condensed report, SVEB figures included')
    .option('-c <file>', 'the same, S beats counted as N')
    .option('-o', 'write <record>.bxb beside the test annotations: beats that agree, and a note for each that does not')
    .option('-O', 'the same with all annotations of the test and with unmapped labels; no report')
    .option('--force', 'replace an annotation file that -o or -O has written before')
    .addHelpText(
      'after',
      `
A file named - is the terminal. Headings of tables are written to new files only.

Examples:
  ecgpu compare -r mitdb/100 -a atr ecgpu
  ecgpu compare -r mitdb/100 -a atr ecgpu -o && ecgpu annotations mitdb/100 -a bxb
  ecgpu compare -r mitdb/100 mitdb/101 -a atr ecgc -L beats.txt shutdown.txt && ecgpu sumstats beats.txt
  ecgpu compare -r mitdb/100 -a atr ecgc --mapping dechazal --json`,
    )
    .action(async (given: CompareArguments) => run(given, console));
}

async function run(given: CompareArguments, console: Console): Promise<void> {
  const { S, s, L, l, C, c, json } = given;
  checkUse(given, [S, s, C, c], [L, l]);
  const asked = [S, s, L, l, C, c].some((file) => file !== undefined);
  if (given.O && (asked || given.o))
    throw new UsageError('-O writes no report, and takes no -o', 'Leave it out, or use -o.');
  if (!given.o && !given.O) refuseUnused(given, ['force'], 'is for -o and -O');
  const chosen: CompareArguments = asked || json || given.O ? given : { ...given, s: '-' };
  const layout = [S, L, C].some((file) => file !== undefined) ? withS : withoutS;
  if (layout.supraventricular) nameMapping(given.mapping, console);
  const done: { pair: AnnotationPair; comparison: BeatComparison }[] = [];
  try {
    await forEachPair(given, console, async (pair) => {
      const comparison = compareBeats(pair.reference, pair.test, pair.options);
      if (given.verbose && !json) {
        const lines = comparison.events.map((event) => discrepancyLine(event, layout) ?? '').join('');
        if (lines !== '') console.err(`${lines}\n`);
      }
      if (given.o || given.O) await writeOutput(given, pair, comparison, layout, console);
      await writeReports(chosen, pair, comparison, console);
      done.push({ pair, comparison });
    });
  } finally {
    if (json) printJson(console, results(done, given.verbose === true));
  }
}

async function writeOutput(
  { O, force = false }: CompareArguments,
  { names, test }: AnnotationPair,
  comparison: BeatComparison,
  layout: ReportOptions,
  console: Console,
): Promise<void> {
  const annotations = outputAnnotations(comparison, test, { ...layout, expanded: O === true });
  const path = `${names.record}.bxb`;
  await writeFileAtomic(path, encodeAnnotations(annotations), { force });
  console.err(`wrote ${printable(path)}\n`);
}

async function writeReports(
  { S, s, L, l, C, c, json }: CompareArguments,
  { names }: AnnotationPair,
  comparison: BeatComparison,
  console: Console,
): Promise<void> {
  // With --json it is in the document, which stands on stdout alone.
  const tellShutdown = (options: ReportOptions) => {
    if (!json) console.out(shutdownReport(comparison, options));
  };
  for (const [file, options] of [[S, withS] as const, [s, withoutS] as const]) {
    if (file === undefined) continue;
    await appendReport(file, matrixReport(comparison, names, options), console);
    tellShutdown(options);
  }
  for (const [file, options] of [[C, withS] as const, [c, withoutS] as const]) {
    if (file === undefined) continue;
    await appendReport(file, condensedMatrixReport(comparison, names, options), console);
    tellShutdown(options);
  }
  for (const [files, options] of [[L, withS] as const, [l, withoutS] as const]) {
    const [beats, shutdown] = files ?? [];
    if (beats === undefined || shutdown === undefined) continue;
    if (beats === '-' && shutdown === '-') {
      console.out(bothLines(comparison, names.record, options));
      continue;
    }
    const headings = lineHeadings(options);
    await appendReport(beats, beatLine(comparison, names.record, options), console, headings.beats);
    await appendReport(shutdown, shutdownLine(comparison, names.record, options), console, headings.shutdown);
  }
}

function results(done: readonly { pair: AnnotationPair; comparison: BeatComparison }[], verbose: boolean): unknown {
  const records = done.map(({ pair, comparison }) => {
    const { events, ...counts } = comparison;
    const { missedInShutdown, ...ratios } = beatStatistics(comparison.cells);
    const figures = Object.entries(ratios).map(([name, ratio]) => [name, { ...ratio, percent: percent(ratio) }]);
    const disagreements = events.filter((event) => discrepancyLine(event, withS) !== undefined);
    return {
      ...pair.names,
      ...counts,
      figures: Object.fromEntries(figures),
      missedInShutdown,
      rmsRrErrorMs: rmsRrError(comparison),
      timeOffsets: timeOffsets(events),
      ...(verbose ? { disagreements } : {}),
    };
  });
  const comparisons = done.map(({ comparison }) => comparison);
  return { records, summary: comparisons.length > 0 ? summarizeComparisons(comparisons) : null };
}
