import {
  type BeatComparison,
  beatLine,
  beatStatistics,
  compareBeats,
  condensedReport,
  discrepancyLine,
  lineHeadings,
  percent,
  type ReportOptions,
  rmsRrError,
  shutdownLine,
  standardReport,
  summarizeComparisons,
} from '@ecgpu/ecg-dsp';
import type { Command } from 'commander';
import { appendReport } from '../report-file.js';
import { processTerminal, type Terminal } from '../terminal.js';
import {
  type AnnotationPair,
  addComparisonOptions,
  type ComparisonArguments,
  checkUse,
  forEachRecord,
  nameMapping,
} from './comparison.js';
import { registerRuns } from './runs.js';
import { registerSumstats } from './sumstats.js';

interface CompareArguments extends ComparisonArguments {
  /** commander keys short-only options by their letter. */
  readonly S?: string;
  readonly s?: string;
  readonly L?: readonly string[];
  readonly l?: readonly string[];
  readonly C?: string;
  readonly c?: string;
}

const withS: ReportOptions = { supraventricular: true };
const withoutS: ReportOptions = { supraventricular: false };

/**
 * Adds the scoring commands: `compare`, beat by beat, with the reports of bxb(1); `runs`, run by run; and `sumstats`,
 * which sums up the tables of both.
 */
export function registerCompare(program: Command, terminal: Terminal = processTerminal): void {
  registerBeats(program, terminal);
  registerRuns(program, terminal);
  registerSumstats(program, terminal);
}

function registerBeats(program: Command, terminal: Terminal): void {
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
    .addHelpText('after', '\nA file named - is the terminal. Headings of tables are written to new files only.')
    .action(async (given: CompareArguments) => run(command, given, terminal));
}

async function run(command: Command, given: CompareArguments, terminal: Terminal): Promise<void> {
  for (const flag of ['L', 'l'] as const) {
    if (given[flag] !== undefined && given[flag].length !== 2) {
      command.error(`error: -${flag} takes two files`, { exitCode: 2, code: 'ecgpu.usage' });
    }
  }
  const { S, s, L = [], l = [], C, c, json } = given;
  const files = [S, s, C, c].filter((file) => file !== undefined);
  checkUse(command, given, [files, L, l]);
  const chosen: CompareArguments = files.length + L.length + l.length === 0 && !json ? { ...given, s: '-' } : given;
  const layout = S !== undefined || C !== undefined || L.length > 0 ? withS : withoutS;
  if (layout.supraventricular) nameMapping(given.mapping, terminal);
  const done: { pair: AnnotationPair; comparison: BeatComparison }[] = [];
  try {
    await forEachRecord(given, terminal, async (pair) => {
      const comparison = compareBeats(pair.reference, pair.test, pair.options);
      if (given.verbose && !json) {
        for (const event of comparison.events) terminal.out(discrepancyLine(event, layout) ?? '');
      }
      await writeReports(chosen, pair, comparison, terminal);
      done.push({ pair, comparison });
    });
  } finally {
    if (json) terminal.out(`${JSON.stringify(results(done, given.verbose === true), null, 2)}\n`);
  }
}

async function writeReports(
  { S, s, L, l, C, c }: CompareArguments,
  { names }: AnnotationPair,
  comparison: BeatComparison,
  terminal: Terminal,
): Promise<void> {
  if (S !== undefined) await appendReport(S, standardReport(comparison, names, withS), terminal);
  if (s !== undefined) await appendReport(s, standardReport(comparison, names, withoutS), terminal);
  if (C !== undefined) await appendReport(C, condensedReport(comparison, names, withS), terminal);
  if (c !== undefined) await appendReport(c, condensedReport(comparison, names, withoutS), terminal);
  for (const [files, options] of [[L, withS] as const, [l, withoutS] as const]) {
    const [beats, shutdown] = files ?? [];
    if (beats === undefined || shutdown === undefined) continue;
    const headings = lineHeadings(options);
    await appendReport(beats, beatLine(comparison, names.record, options), terminal, headings.beats);
    await appendReport(shutdown, shutdownLine(comparison, names.record, options), terminal, headings.shutdown);
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
      ...(verbose ? { disagreements } : {}),
    };
  });
  const comparisons = done.map(({ comparison }) => comparison);
  return { records, summary: comparisons.length > 0 ? summarizeComparisons(comparisons) : null };
}
