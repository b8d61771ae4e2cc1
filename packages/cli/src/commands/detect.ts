import { join } from 'node:path';
import { type Annotation, detectBeats, encodeAnnotations, listDetectors, readRecord } from '@ecgpu/ecg-dsp';
import { openRecordPath, writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { type Command, Option } from 'commander';
import { type Console, printJson } from '../console.js';
import { chooseLead } from '../lead.js';
import { printable } from '../printable.js';
import { forEachRecord } from '../records.js';

interface DetectOptions {
  readonly lead?: string;
  readonly method?: string;
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
  readonly diagnostics: readonly unknown[];
}

export function registerDetect(program: Command, console: Console): void {
  program
    .command('detect')
    .description('find the R peaks of records')
    .argument('<record...>', 'WFDB records: dir/100 (dir/100.hea is understood too)')
    .addOption(new Option('--method <name>', 'detector').choices(listDetectors()))
    .option('--lead <name>', 'lead by name (default: MLII, else the first usual one)')
    .option('--out <dir>', 'write <record>.ecgq, a WFDB annotation file, into this folder')
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
      const results = await forEachRecord(records, (record) => detect(record, options));
      if (options.json) return printJson(console, results.length === 1 ? results[0] : results);
      for (const { record, fs, lead, method, samples } of results) {
        const minutes = samples.length > 1 ? (samples.at(-1)! - samples[0]!) / fs / 60 : 0;
        const rate = minutes > 0 ? `, ${((samples.length - 1) / minutes).toFixed(0)} per minute` : '';
        console.out(`${printable(record)}  ${printable(lead)}  ${samples.length} beats${rate}  (${method})\n`);
      }
    });
}

async function detect(path: string, { lead: wanted, method, out, force }: DetectOptions): Promise<DetectResult> {
  const { source, name } = openRecordPath(path);
  const record = await readRecord(source, name, wanted === undefined ? {} : { leads: [wanted] });
  const lead = chooseLead(record, wanted);
  const detection = detectBeats(lead.samples, record.fs, method === undefined ? {} : { method });
  const samples = [...detection.samples];
  if (out !== undefined) {
    const annotations = samples.map(
      (sample): Annotation => ({ sample, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' }),
    );
    await writeFileAtomic(join(out, `${record.name}.ecgq`), encodeAnnotations(annotations, { fs: record.fs }), {
      force: force === true,
    });
  }
  return {
    record: record.name,
    fs: record.fs,
    lead: lead.name,
    method: detection.method,
    samples,
    diagnostics: [...record.diagnostics, ...detection.diagnostics],
  };
}
