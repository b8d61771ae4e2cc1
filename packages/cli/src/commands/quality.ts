import { type BeatQuality, beatQuality, type QualityMeasure, qualityThresholds } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import type { Command } from 'commander';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';
import { printable } from '../output/printable.js';
import { reportRecords } from '../records/each-record.js';
import { beatsFound, beatsOfAnnotator } from '../records/named-beats.js';
import { readLead } from '../records/read-lead.js';

interface QualityOptions {
  readonly annotator?: string;
  readonly lead?: string;
  readonly json?: boolean;
}

/** Adds `quality`: whether the signal around each beat can be used, and why not. */
export function registerQuality(program: Command, console: Console): void {
  program
    .command('quality')
    .description('judge the signal around each beat: noise, baseline wander, flat lines, missing samples')
    .argument('<record...>', 'WFDB records: dir/100 (dir/100.hea is understood too)')
    .option('-a, --annotator <name>', 'take the beats from this annotation file instead of finding them')
    .option('--lead <name>', 'lead by name or number (default: MLII, else the first usual one)')
    .option('--json', 'one JSON document on stdout, with every measure of every beat')
    .addHelpText(
      'after',
      `
Examples:
  ecgpu quality mitdb/100
  ecgpu quality nstdb/118e06 -a atr --json
Each beat is judged by the 10 s around it.`,
    )
    .action(async (records: string[], options: QualityOptions) => {
      await reportRecords(records, options, console, async (path) => {
        const result = await judge(path, options, console);
        return { result, text: () => describe(result) };
      });
    });
}

interface QualityResult {
  readonly record: string;
  readonly fs: number;
  readonly lead: string;
  readonly usable: number;
  /** Beats that fail each measure. */
  readonly failed: Readonly<Record<QualityMeasure, number>>;
  readonly beats: readonly (BeatQuality & { readonly sample: number; readonly time: number })[];
}

async function judge(
  path: string,
  { annotator, lead: wanted }: QualityOptions,
  console: Console,
): Promise<QualityResult> {
  const { source, name } = openRecordPath(path);
  const { record, lead } = await readLead(source, name, wanted);
  warnOf(record.diagnostics, record.name, console);
  const { samples } =
    annotator === undefined
      ? beatsFound(lead, record, console)
      : await beatsOfAnnotator(source, name, annotator, record.fs, console);
  const judged = beatQuality(lead.samples, record.fs, samples);
  const beats = judged.map((quality, i) => ({ sample: samples[i]!, time: samples[i]! / record.fs, ...quality }));
  const failing = (measure: QualityMeasure) => beats.filter(({ failed }) => failed.includes(measure)).length;
  return {
    record: record.name,
    fs: record.fs,
    lead: lead.name,
    usable: beats.filter(({ usable }) => usable).length,
    failed: {
      kurtosis: failing('kurtosis'),
      qrsPower: failing('qrsPower'),
      baselinePower: failing('baselinePower'),
      flat: failing('flat'),
      missing: failing('missing'),
    },
    beats,
  };
}

const MEANING: Readonly<Record<QualityMeasure, string>> = {
  kurtosis: `noise (kurtosis below ${qualityThresholds.kurtosis})`,
  qrsPower: `muscle noise or electrode motion (QRS band outside ${qualityThresholds.qrsPower.join(' to ')})`,
  baselinePower: `baseline wander (power above 1 Hz below ${qualityThresholds.baselinePower})`,
  flat: `flat line (over ${100 * qualityThresholds.flat} %)`,
  missing: `missing samples (over ${100 * qualityThresholds.missing} %)`,
};

/** Counts, and a strip of the record: one line a minute, one sign a beat. */
function describe({ record, lead, fs, usable, failed, beats }: QualityResult): string {
  const lines = [`${record}, lead ${lead}: ${usable} of ${beats.length} beats on usable signal`];
  for (const [measure, count] of Object.entries(failed)) {
    if (count > 0) lines.push(`  ${String(count).padStart(6)}  ${MEANING[measure as QualityMeasure]}`);
  }
  const minutes = new Map<number, string>();
  for (const beat of beats) {
    const minute = Math.floor(beat.sample / fs / 60);
    minutes.set(minute, (minutes.get(minute) ?? '') + (beat.usable ? '·' : 'x'));
  }
  if (usable < beats.length) {
    lines.push('minute  beats (x not usable)');
    for (const [minute, strip] of minutes) lines.push(`${String(minute).padStart(6)}  ${strip}`);
  }
  return printable(`${lines.join('\n')}\n`);
}
