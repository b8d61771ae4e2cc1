import { type HrvStatistics, hrvStatistics, readHeader } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type Command, Option } from 'commander';
import { addRangeOptions, type RangeArguments, sampleRange } from '../options/record-range.js';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';
import { reportRecords } from '../records/each-record.js';
import { beatsFound, beatsOfAnnotator, type NamedBeats } from '../records/named-beats.js';
import { readLead } from '../records/read-lead.js';

interface HrvOptions extends RangeArguments {
  readonly annotator?: string;
  readonly lead?: string;
  readonly json?: boolean;
}

/** Adds `hrv`: heart rate variability of the normal beats, in the time domain. */
export function registerHrv(program: Command, console: Console): void {
  const command = program
    .command('hrv')
    .description('heart rate variability in the time domain: mean NN interval, SDNN, RMSSD, pNN50')
    .argument('<record...>', 'WFDB records: dir/100 (dir/100.hea is understood too)')
    .option('-a, --annotator <name>', 'take the beats from this annotation file: only intervals between two N count')
    .addOption(
      new Option(
        '--lead <name>',
        'lead by name or number, where beats are to be found (default: MLII, else the first usual one)',
      ).conflicts('annotator'),
    );
  addRangeOptions(command)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu hrv mitdb/100 -a atr
  ecgpu classify mitdb/100 --out mitdb && ecgpu hrv mitdb/100 -a ecgpu
  ecgpu hrv mitdb/100 -f 5:00 -t 10:00 --json
Without annotations every beat found is taken for a normal one, and ectopic beats make the figures wrong.`,
    )
    .action(async (records: string[], options: HrvOptions) => {
      await reportRecords(records, options, console, async (path) => {
        const result = await measure(path, options, console);
        return { result, text: () => describe(result) };
      });
    });
}

interface HrvResult {
  readonly record: string;
  /** Where the beats come from: an annotator, or `found`. */
  readonly beats: string;
  readonly statistics: HrvStatistics;
}

async function measure(path: string, options: HrvOptions, console: Console): Promise<HrvResult> {
  const { annotator } = options;
  const { source, name } = openRecordPath(path);
  if (annotator === undefined) {
    const { record, lead } = await readLead(source, name, options.lead);
    warnOf(record.diagnostics, record.name, console);
    const beats = beatsFound(lead, record, console);
    return { record: record.name, beats: 'found', statistics: statistics(beats, record, options) };
  }
  const { fs } = await readHeader(source, name);
  const beats = await beatsOfAnnotator(source, name, annotator, fs, console);
  const length = (beats.samples.at(-1) ?? -1) + 1;
  return { record: name, beats: annotator, statistics: statistics(beats, { name, fs, length }, options) };
}

function statistics(
  { samples, symbols }: NamedBeats,
  record: { readonly name: string; readonly fs: number; readonly length: number },
  options: HrvOptions,
): HrvStatistics {
  const { from, to } = sampleRange(record, options);
  const inside = [...samples.keys()].filter((i) => samples[i]! >= from && samples[i]! < to);
  const isNormal = (i: number) => symbols === undefined || symbols[inside[i]!] === 'N';
  return hrvStatistics(
    inside.map((i) => samples[i]!),
    record.fs,
    isNormal,
  );
}

function describe({ record, beats, statistics: { intervals, pairs, ...figures } }: HrvResult): string {
  const show = (value: number | null, unit: string) => (value === null ? '-' : `${value.toFixed(2)} ${unit}`);
  const lines = [
    `${record}: ${intervals} NN intervals, ${pairs} pairs of them (beats: ${beats})`,
    `  mean NN      ${show(figures.meanNn, 'ms')}`,
    `  heart rate   ${show(figures.meanHeartRate, 'per minute')}`,
    `  SDNN         ${show(figures.sdnn, 'ms')}`,
    `  RMSSD        ${show(figures.rmssd, 'ms')}`,
    `  pNN50        ${show(figures.pnn50, '%')}`,
  ];
  return printable(`${lines.join('\n')}\n`);
}
