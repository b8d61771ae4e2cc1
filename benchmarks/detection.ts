/**
 * Measures the R-peak detectors on the MIT-BIH Arrhythmia Database and under noise, as EC57 counts, and writes the tables of
 * docs/detection.md.
 *
 *   ECG_DATA=path/to/data npx vite-node --config vitest.config.ts benchmarks/detection.ts
 *
 * ECG_DATA holds `mitdb` and `nstdb`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Annotation, isBeatSymbol, readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { findDetector, listDetectors } from '@ecgpu/ecg-dsp/detectors';
import {
  type BeatComparison,
  beatStatistics,
  compareBeats,
  percent,
  type Ratio,
  summarizeComparisons,
} from '@ecgpu/ecg-dsp/ec57';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { addNoise, noiseAmplitude, noiseGain, qrsAmplitude } from '@ecgpu/ecg-dsp/noise';
import { pooledOffsets, quantile } from './offsets.js';

const records = (
  '100 101 102 103 104 105 106 107 108 109 111 112 113 114 115 116 117 118 119 121 122 123 124 200 201 202 203 205 207 208 ' +
  '209 210 212 213 214 215 217 219 220 221 222 223 228 230 231 232 233 234'
).split(' ');
const noiseLevels = [24, 18, 12, 6, 0, -6];
const noisyRecords = ['118', '119'];

const data = process.env['ECG_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const page = fileURLToPath(new URL('../docs/detection.md', import.meta.url));
const mitdb = folderSource(join(data, 'mitdb'));

interface Case {
  readonly record: string;
  readonly lead: string;
  readonly fs: number;
  readonly samples: Float64Array;
  readonly reference: readonly Annotation[];
}

/** MLII where the record has it, else its first lead. */
async function load(record: string): Promise<Case> {
  const { leads, fs } = await readRecord(mitdb, record);
  const lead = leads.find(({ name }) => name === 'MLII') ?? leads[0]!;
  const { annotations } = await readAnnotations(mitdb, record, 'atr');
  return { record, lead: lead.name, fs, samples: lead.samples, reference: annotations };
}

function score({ samples, fs, reference }: Omit<Case, 'record' | 'lead'>, method: string): BeatComparison {
  const found = findDetector(method).detect(samples, fs).samples;
  const test = Array.from(found, (sample) => ({ sample, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' }));
  return compareBeats(reference, test, { fs, length: samples.length });
}

const figure = (ratio: Ratio) => percent(ratio)?.toFixed(2) ?? '-';
const missed = ({ hits, total }: Ratio) => String(total - hits);
const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function perRecord(cases: readonly Case[], comparisons: readonly BeatComparison[]): string {
  const rows = cases.map(({ record, lead }, k) => {
    const { qrsSensitivity, qrsPredictivity } = beatStatistics(comparisons[k]!.cells);
    const offset = quantile(pooledOffsets([comparisons[k]!]), 0.5);
    return [
      record,
      lead,
      qrsSensitivity.total,
      missed(qrsSensitivity),
      missed(qrsPredictivity),
      figure(qrsSensitivity),
      figure(qrsPredictivity),
      offset,
    ];
  });
  return table(['record', 'lead', 'beats', 'missed', 'extra', 'Se %', '+P %', 'median offset, samples'], rows);
}

function perDetector(all: ReadonlyMap<string, readonly BeatComparison[]>): string {
  const rows = [...all].map(([method, comparisons]) => {
    const { cells, figures } = summarizeComparisons(comparisons);
    const { qrsSensitivity, qrsPredictivity } = beatStatistics(cells);
    const offsets = pooledOffsets(comparisons);
    return [
      method,
      missed(qrsSensitivity),
      missed(qrsPredictivity),
      figure(qrsSensitivity),
      figure(qrsPredictivity),
      figures.qrsSensitivity.average?.toFixed(2) ?? '-',
      figures.qrsPredictivity.average?.toFixed(2) ?? '-',
      quantile(offsets, 0.5),
      `${quantile(offsets, 0.025)} to ${quantile(offsets, 0.975)}`,
    ];
  });
  return table(
    [
      'detector',
      'missed',
      'extra',
      'gross Se %',
      'gross +P %',
      'average Se %',
      'average +P %',
      'median offset',
      '95 % of the offsets',
    ],
    rows,
  );
}

async function underNoise(cases: readonly Case[]): Promise<string> {
  const em = (await readRecord(folderSource(join(data, 'nstdb')), 'em')).leads[0]!.samples;
  const rows: (string | number)[][] = [];
  for (const { record, fs, samples, reference } of cases.filter((one) => noisyRecords.includes(one.record))) {
    const beats = reference.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample);
    const noise = noiseAmplitude(em, fs);
    for (const snr of noiseLevels) {
      const noisy = addNoise(samples, em, fs, noiseGain(qrsAmplitude(samples, fs, beats), noise, snr));
      const each = listDetectors().map((method) =>
        beatStatistics(score({ samples: noisy, fs, reference }, method).cells),
      );
      rows.push([record, snr, ...each.map((s) => `${figure(s.qrsSensitivity)} / ${figure(s.qrsPredictivity)}`)]);
    }
  }
  return table(['record', 'SNR, dB', ...listDetectors().map((method) => `${method}: Se % / +P %`)], rows);
}

function fill(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/detection.md has no place for the table "${name}"`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

const cases: Case[] = [];
for (const record of records) cases.push(await load(record));
const all = new Map(listDetectors().map((method) => [method, cases.map((one) => score(one, method))]));
let text = readFileSync(page, 'utf8');
text = fill(text, 'detectors', perDetector(all));
text = fill(text, 'records', perRecord(cases, all.get(listDetectors()[0]!)!));
text = fill(text, 'noise', await underNoise(cases));
writeFileSync(page, text);
process.stdout.write(`${perDetector(all)}\n`);
