import {
  compareRuns,
  condensedRunReport,
  type RunComparison,
  type RunKind,
  runDiscrepancies,
  runHeading,
  runLine,
  runReport,
  runStatistics,
} from '@ecgpu/ecg-dsp/ec57';
import type { Command } from 'commander';
import { type Console, printJson } from '../output/console.js';
import { appendReport } from '../output/report-file.js';
import {
  type AnnotationPair,
  addComparisonOptions,
  type ComparisonArguments,
  checkUse,
  forEachPair,
  nameMapping,
} from './comparison.js';

interface RunsArguments extends ComparisonArguments {
  /** commander keys short-only options by their letter. */
  readonly S?: string;
  readonly s?: string;
  readonly L?: readonly string[];
  readonly l?: string;
  readonly C?: string;
  readonly c?: string;
}

/** Adds `runs`: run-by-run scoring of ectopic couplets and runs, with the reports of rxr(1). */
export function registerRuns(program: Command, console: Console): void {
  const command = program
    .command('runs')
    .alias('rxr')
    .description('score ectopic couplets and runs against reference annotations, run by run (ANSI/AAMI EC57)');
  addComparisonOptions(command)
    .option('-S <file>', 'append the standard reports of ventricular and supraventricular runs')
    .option('-s <file>', 'append the standard report of ventricular runs (default: on the terminal)')
    .option('-L <files...>', 'append a line to a table of ventricular runs and one of supraventricular ones')
    .option('-l <file>', 'append a line to a table of ventricular runs')
    .option('-C <file>', 'append the condensed reports of both kinds')
    .option('-c <file>', 'append the condensed report of ventricular runs')
    .addHelpText(
      'after',
      `
A file named - is the terminal. Headings of tables are written to new files only.

Examples:
  ecgpu runs -r mitdb/200 -a atr ecgc
  ecgpu runs -r mitdb/200 mitdb/203 -a atr ecgc -L ventricular.txt supraventricular.txt`,
    )
    .action(async (given: RunsArguments) => run(given, console));
}

async function run(given: RunsArguments, console: Console): Promise<void> {
  const { S, s, L, l, C, c, json } = given;
  checkUse(given, [S, s, l, C, c], [L]);
  const asked = [S, s, L, l, C, c].some((file) => file !== undefined);
  const chosen: RunsArguments = asked || json ? given : { ...given, s: '-' };
  const both = json === true || [S, L, C].some((file) => file !== undefined);
  if (both) nameMapping(given.mapping, console);
  const kinds: readonly RunKind[] = both ? ['V', 'S'] : ['V'];
  const done: unknown[] = [];
  try {
    await forEachPair(given, console, async (pair) => {
      const comparisons = kinds.map((kind) => compareRuns(pair.reference, pair.test, { ...pair.options, kind }));
      for (const comparison of comparisons) {
        if (given.verbose && !json) console.out(runDiscrepancies(comparison));
        await writeReports(chosen, pair, comparison, console);
      }
      for (const { events, ...comparison } of comparisons) {
        const disagreements = events.filter(({ reference, test }) => reference !== test);
        const statistics = runStatistics({ ...comparison, events });
        done.push({ ...pair.names, ...comparison, statistics, ...(given.verbose ? { disagreements } : {}) });
      }
    });
  } finally {
    if (json) printJson(console, { records: done });
  }
}

async function writeReports(
  { S, s, L, l, C, c }: RunsArguments,
  { names }: AnnotationPair,
  comparison: RunComparison,
  console: Console,
): Promise<void> {
  const ventricular = comparison.kind === 'V';
  for (const file of ventricular ? [S, s] : [S]) {
    if (file !== undefined) await appendReport(file, runReport(comparison, names), console);
  }
  for (const file of ventricular ? [C, c] : [C]) {
    if (file !== undefined) await appendReport(file, condensedRunReport(comparison, names), console);
  }
  for (const file of ventricular ? [L?.[0], l] : [L?.[1]]) {
    if (file === undefined) continue;
    await appendReport(file, runLine(comparison, names.record), console, runHeading(comparison.kind));
  }
}
