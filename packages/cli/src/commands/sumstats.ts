import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';
import { readLineReport, sumstats } from '@ecgpu/ecg-dsp/ec57';
import type { Command } from 'commander';
import { type Console, printJson } from '../output/console.js';

/** Adds `sumstats`: gross and average figures of a table that `compare` or `runs` has built. */
export function registerSumstats(program: Command, console: Console): void {
  program
    .command('sumstats')
    .description('append the sum, the gross and the average figures to a table made by compare -L, -l or runs -L, -l')
    .argument('<file>', 'the table, with its headings')
    .option('--json', 'print the figures as JSON')
    .addHelpText('after', '\nExamples:\n  ecgpu sumstats beats.txt\n  ecgpu sumstats beats.txt --json')
    .action(async (file: string, { json }: { readonly json?: boolean }) => {
      const table = await readTable(file);
      if (json) printJson(console, readLineReport(table, file));
      else console.out(sumstats(table, file));
    });
}

async function readTable(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new EcgError('FILE_NOT_FOUND', `${file} cannot be read (${cause instanceof Error ? cause.message : cause})`, {
      where: file,
      fix: 'Name a table that compare -L or -l, or runs -L or -l, has written.',
      cause,
    });
  }
}
