import type { Diagnostic } from '@ecgpu/ecg-dsp';
import { findDetector, listDetectors } from '@ecgpu/ecg-dsp/detectors';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type Command, Option } from 'commander';
import { refuseUnused } from '../options/unused-options.js';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { refuseOneFileForTwo, refuseToReplace } from '../output/output-file.js';
import { printable } from '../output/printable.js';
import { annotationPath, writeBeatAnnotations } from '../records/beat-annotations.js';
import { reportRecords } from '../records/each-record.js';
import { readLead } from '../records/read-lead.js';

interface DetectOptions {
  readonly lead?: string;
  readonly method: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export interface DetectResult {
  readonly record: string;
  readonly fs: number;
  readonly lead: string;
  readonly method: string;
  readonly samples: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
}

export function registerDetect(program: Command, console: Console): void {
  program
    .command('detect')
    .description('find the R peaks of records')
    .argument('<record...>', 'WFDB records: dir/100 (dir/100.hea is understood too)')
    .addOption(new Option('--method <name>', 'detector').choices(listDetectors()).default('ecgpu'))
    .option('--lead <name>', 'lead by name or number (default: MLII, else the first usual one)')
    .option('--out <dir>', 'write <record>.ecgpu, a WFDB annotation file, into this folder')
    .option('--force', 'replace annotation files that are there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu detect mitdb/100
  ecgpu detect mitdb/100 mitdb/101 --out found
  ecgpu detect mitdb/100 --json`,
    )
    .action(async (records: string[], options: DetectOptions) => {
      if (options.out === undefined) refuseUnused(options, ['force'], 'is for --out');
      else refuseOneFileForTwo(records);
      await reportRecords(records, options, console, async (path) => {
        const result = await detect(path, options, console);
        return { result, text: () => describe(result) };
      });
    });
}

function describe({ record, fs, lead, method, samples }: DetectResult): string {
  const minutes = samples.length > 1 ? (samples.at(-1)! - samples[0]!) / fs / 60 : 0;
  const rate = minutes > 0 ? `, ${((samples.length - 1) / minutes).toFixed(0)} per minute` : '';
  return `${printable(record)}  ${printable(lead)}  ${samples.length} beats${rate}  (${method})\n`;
}

async function detect(
  path: string,
  { lead: wanted, method, out, force = false }: DetectOptions,
  console: Console,
): Promise<DetectResult> {
  const { source, name } = openRecordPath(path);
  if (out !== undefined) refuseToReplace(annotationPath(out, name, 'ecgpu'), force);
  const { record, lead } = await readLead(source, name, wanted);
  const detection = findDetector(method).detect(lead.samples, record.fs);
  const samples = [...detection.samples];
  const diagnostics = [...record.diagnostics, ...detection.diagnostics];
  warnOf(diagnostics, record.name, console);
  if (out !== undefined) {
    const beats = samples.map((sample) => ({ sample, symbol: 'N' }));
    console.err(`wrote ${await writeBeatAnnotations(out, record.name, 'ecgpu', record.fs, beats, force)}\n`);
  }
  return { record: record.name, fs: record.fs, lead: lead.name, method: detection.method, samples, diagnostics };
}
