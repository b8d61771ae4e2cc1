import { dirname, join } from 'node:path';
import { openRecord } from '@ecgpu/ecg-dsp';
import { openRecordPath, writeFilesAtomic } from '@ecgpu/ecg-dsp/node';
import { writeRecord } from '@ecgpu/ecg-dsp/writing';
import { type Command, InvalidArgumentError } from 'commander';
import { type Console, printJson } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';
import { beatsOfAnnotator } from '../records/named-beats.js';
import { decibelsOf, findNoise, readNoise, withNoise } from '../records/noisy-record.js';
import { parseTime, secondsAt, type TimeArgument } from '../records/sample-time.js';
import { storedScale } from '../records/stored-scale.js';

interface NoiseOptions {
  readonly noise: string;
  readonly snr: number;
  readonly out: string;
  readonly annotator: string;
  readonly start?: TimeArgument;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Adds `noise`: the noise stress test's records, as nst(1) defines the signal-to-noise ratio. */
export function registerNoise(program: Command, console: Console): void {
  program
    .command('noise')
    .description(
      'add calibrated noise to a record: five minutes without, then two minutes with and two without in turn',
    )
    .argument('<record>', 'WFDB record with beat annotations, by which its QRS complexes are measured: dir/118')
    .requiredOption(
      '--noise <record>',
      'noise record; a bare name (em, ma, bw) is looked for beside it and in ../nstdb',
    )
    .requiredOption('--snr <dB>', 'signal-to-noise ratio in dB', decibels)
    .requiredOption('--out <dir>', 'folder for the noisy record and a copy of its beat annotations')
    .option('-a, --annotator <name>', 'reference annotator', 'atr')
    .option('--start <time>', 'when the noise begins (default: 5:00)', parseTime)
    .option('--force', 'replace files that are there')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu noise mitdb/118 --noise nstdb/em --snr 12 --out noisy
  ecgpu noise mitdb/118 --noise em --snr -6 --out noisy
The record is called as in the noise stress test database: 118em12, 118em_6.`,
    )
    .action((path: string, options: NoiseOptions) => run(path, options, console));
}

async function run(path: string, options: NoiseOptions, console: Console): Promise<void> {
  const { snr, out, annotator, start, force = false, json } = options;
  const { source, name } = openRecordPath(path);
  const opened = await openRecord(source, name);
  const record = await opened.read();
  warnOf(record.diagnostics, record.name, console);
  const { fs } = record;
  const noise = await readNoise(findNoise(options.noise, dirname(path)), fs, console);
  const beats = await beatsOfAnnotator(source, name, annotator, fs, console);
  const schedule = start === undefined ? {} : { start: secondsAt(start, fs) };
  const { noisy, figures: leads } = withNoise(record, noise, beats.samples, snr, schedule);
  const noisyName = `${record.name}${noise.name}${snr < 0 ? '_' : ''}${String(Math.abs(snr)).replace('.', 'p')}`;
  const { baseTime, baseDate } = opened.header;
  const begin = {
    ...(baseTime === undefined ? {} : { baseTime }),
    ...(baseDate === undefined ? {} : { baseDate }),
  };
  const files = writeRecord(noisy, { name: noisyName, ...storedScale(opened), ...begin });
  const annotations = `${name}.${annotator}`;
  const bytes = await source.read(annotations, 0, await source.size(annotations));
  await writeFilesAtomic(out, [...files, { name: `${noisyName}.${annotator}`, bytes }], { force });
  if (json) return printJson(console, { record: noisyName, folder: out, noise: noise.name, snr, fs, leads });
  console.out(printable(`${join(out, noisyName)}: ${noise.name} at ${snr} dB\n`));
  for (const { lead, noiseLead, gain } of leads)
    console.out(printable(`  ${lead}: ${noiseLead} times ${gain.toFixed(4)}\n`));
}

function decibels(text: string): number {
  const value = decibelsOf(text);
  if (value === undefined) throw new InvalidArgumentError('dB from -100 to 100 are needed.');
  return value;
}
