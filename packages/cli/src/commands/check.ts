import { type Diagnostic, EcgError } from '@ecgpu/ecg-dsp';
import { checkRecord } from '@ecgpu/ecg-dsp/inspection';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import type { Command } from 'commander';
import type { Console } from '../output/console.js';
import { diagnosticLine } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';
import { reportRecords } from '../records/each-record.js';

interface CheckOptions {
  readonly annotators?: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Adds `check`: what is wrong with records, with places. */
export function registerCheck(program: Command, console: Console): void {
  program
    .command('check')
    .description('what is wrong with records, or odd about them: headers, every sample, annotations')
    .argument('<record...>', 'WFDB records: dir/100 (dir/100.hea is understood too)')
    .option('-a, --annotators <name...>', 'annotation files to check (default: atr, where there is one)')
    .option('--strict', 'fail on warnings too')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu check mitdb/100
  ecgpu check mitdb/100 mitdb/101 -a atr ecgpu --json
Ends with 1 where a record has errors: a reader could not give what its header promises.`,
    )
    .action(async (records: string[], { annotators, strict = false, json }: CheckOptions) => {
      const results = await reportRecords(records, { json }, console, async (path) => {
        const { source, name } = openRecordPath(path);
        const findings = await checkRecord(source, name, annotators === undefined ? {} : { annotators });
        const sound = !findings.some((finding) => isFailure(finding, strict));
        return { result: { record: name, path, sound, findings }, text: () => describe(name, findings) };
      });
      const failed = results.filter(({ sound }) => !sound);
      if (failed.length === 0) return;
      throw new EcgError('CHECK_FAILED', `${failed.length} of ${results.length} records are not sound`, {
        where: failed.map(({ record }) => record).join(' '),
        fix: 'Get the damaged files again from where they came from; what is listed is where they went wrong.',
      });
    });
}

function isFailure({ severity }: Diagnostic, strict: boolean): boolean {
  return severity === 'error' || (strict && severity === 'warning');
}

function describe(record: string, findings: readonly Diagnostic[]): string {
  if (findings.length === 0) return `${printable(record)}: nothing to say\n`;
  return findings.map((finding) => `${printable(record)}: ${diagnosticLine(finding)}\n`).join('');
}
