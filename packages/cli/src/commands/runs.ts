import {
  compareRuns,
  condensedRunReport,
  type RunComparison,
  type RunKind,
  runDiscrepancyLine,
  runHeading,
  runLine,
  runReport,
  runStatistics,
} from '@ecgpu/ecg-dsp';
import type { Command } from 'commander';
import { appendReport } from '../report-file.js';
import type { Terminal } from '../terminal.js';
import {
  type AnnotationPair,
  addComparisonOptions,
  type ComparisonArguments,
  checkUse,
  forEachRecord,
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
export function registerRuns(program: Command, terminal: Terminal): void {
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
    .addHelpText('after', '\nA file named - is the terminal. Headings of tables are written to new files only.')
    .action(async (given: RunsArguments) => run(command, given, terminal));
}

async function run(command: Command, given: RunsArguments, terminal: Terminal): Promise<void> {
  const { S, s, L = [], l, C, c, json } = given;
  if (given.L !== undefined && L.length !== 2) {
    command.error('error: -L takes two files', { exitCode: 2, code: 'ecgpu.usage' });
  }
  const files = [S, s, l, C, c].filter((file) => file !== undefined);
  checkUse(command, given, [files, L]);
  const chosen: RunsArguments = files.length + L.length === 0 && !json ? { ...given, s: '-' } : given;
  const both = S !== undefined || C !== undefined || L.length > 0 || json === true;
  if (both) nameMapping(given.mapping, terminal);
  const kinds: readonly RunKind[] = both ? ['V', 'S'] : ['V'];
  const done: unknown[] = [];
  try {
    await forEachRecord(given, terminal, async (pair) => {
      const comparisons = kinds.map((kind) => compareRuns(pair.reference, pair.test, { ...pair.options, kind }));
      for (const { events } of given.verbose && !json ? comparisons : []) {
        for (const event of events) terminal.out(runDiscrepancyLine(event) ?? '');
      }
      await writeReports(chosen, pair, comparisons, terminal);
      for (const { events, ...comparison } of comparisons) {
        const disagreements = events.filter(({ reference, test }) => reference !== test);
        const statistics = runStatistics({ ...comparison, events });
        done.push({ ...pair.names, ...comparison, statistics, ...(given.verbose ? { disagreements } : {}) });
      }
    });
  } finally {
    if (json) terminal.out(`${JSON.stringify({ records: done }, null, 2)}\n`);
  }
}

async function writeReports(
  { S, s, L, l, C, c }: RunsArguments,
  { names }: AnnotationPair,
  comparisons: readonly RunComparison[],
  terminal: Terminal,
): Promise<void> {
  for (const comparison of comparisons) {
    const ventricular = comparison.kind === 'V';
    for (const file of ventricular ? [S, s] : [S]) {
      if (file !== undefined) await appendReport(file, runReport(comparison, names), terminal);
    }
    for (const file of ventricular ? [C, c] : [C]) {
      if (file !== undefined) await appendReport(file, condensedRunReport(comparison, names), terminal);
    }
    for (const file of ventricular ? [L?.[0], l] : [L?.[1]]) {
      if (file === undefined) continue;
      await appendReport(file, runLine(comparison, names.record), terminal, runHeading(comparison.kind));
    }
  }
}
