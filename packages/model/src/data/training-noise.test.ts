import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EcgRecord, isBeatSymbol, readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { noiseAmplitude, noiseGain, qrsAmplitude } from '@ecgpu/ecg-dsp/noise';
import { writeRecord } from '@ecgpu/ecg-dsp/writing';
import { RandomGenerator } from '@ecgpu/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BEAT_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import { type BeatSet, loadBeatSet } from './beat-set.js';
import { loadNoisyCopies } from './noisy-copies.js';
import { NOISE_TRAINING, TrainingNoise } from './training-noise.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });
const samples = folderSource(new URL('../../../../data/mitdb-samples', import.meta.url).pathname);
let folder: string;
let noise: TrainingNoise;

/** A noise of 80 s whose second half is a hundred times as strong. */
async function writeNoise(name: string, value: (i: number, lead: number) => number, leads = 2) {
  const length = 80 * 360;
  const signal = (lead: number) =>
    Float64Array.from({ length }, (_, i) => (i < length / 2 ? 0.01 : 1) * value(i, lead));
  const record: EcgRecord = {
    ...{ name, fs: 360, length, comments: [], diagnostics: [] },
    leads: Array.from({ length: leads }, (_, lead) => ({ name: `noise${lead}`, units: 'mV', samples: signal(lead) })),
  };
  for (const file of writeRecord(record, { name })) await writeFile(join(folder, file.name), file.bytes);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecgpu-noise-'));
  for (const [k, name] of NOISE_TRAINING.records.entries())
    await writeNoise(name, (i, lead) => 10 * Math.sin((i * (k + 1)) / (7 + lead)) + 3 * Math.sin(i * i * 0.37));
  noise = await TrainingNoise.load(folderSource(folder));
});
afterAll(() => rm(folder, { recursive: true }));

async function record100() {
  const record = await readRecord(samples, '100');
  const { annotations } = await readAnnotations(samples, '100', 'atr');
  return { record, beats: annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample) };
}

describe('noise to learn from', () => {
  it('comes in stretches, in all leads at the same time, for about its share of the time', async () => {
    const { record, beats } = await record100();
    let noisy = 0;
    let together = 0;
    const times = 5;
    for (let seed = 0; seed < times; seed++) {
      const { leads } = noise.copyOf(record, beats, new RandomGenerator(seed));
      const moves = (lead: number, i: number) => {
        const [own, made] = [record.leads[lead]!.samples, leads[lead]!.samples];
        return Math.abs(made[i]! - own[i]! - (made[i - 1]! - own[i - 1]!)) > 1e-9 ? 1 : 0;
      };
      for (let i = 1; i < record.length; i++) {
        noisy += moves(0, i);
        together += moves(0, i) === moves(1, i) ? 1 : 0;
      }
    }
    const share = noisy / (times * record.length);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.32);
    // But for neighbours of one value, as the noise is of whole steps of its converter.
    expect(together / (times * record.length)).toBeGreaterThan(0.99);
  });

  it('is of the first half of its recording, as strong as asked for', async () => {
    const { record, beats } = await record100();
    const one = { ...NOISE_TRAINING, records: ['em'], strongest: 6, weakest: 6, share: 0.5 };
    const { leads } = (await TrainingNoise.load(folderSource(folder), one)).copyOf(
      record,
      beats,
      new RandomGenerator(3),
    );
    const em = (await readRecord(folderSource(folder), 'em')).leads;
    for (const [k, { samples: made }] of leads.entries()) {
      const own = record.leads[k]!.samples;
      const half = em[k]!.samples.slice(0, 40 * 360);
      const gain = noiseGain(qrsAmplitude(own, 360, beats), noiseAmplitude(half, 360), 6);
      const moved = Float64Array.from(own, (x, i) => (i === 0 ? 0 : made[i]! - x - (made[i - 1]! - own[i - 1]!)));
      const most = (of: Float64Array) => of.reduce((sum, x) => Math.max(sum, Math.abs(x)), 0);
      const steps = half.map((x, i) => (i === 0 ? 0 : gain * (x - half[i - 1]!)));
      // The other half would move it by a hundred times as much.
      expect(most(moved)).toBeLessThan(1.001 * most(steps));
      expect(most(moved)).toBeGreaterThan(0.9 * most(steps));
    }
  });

  it('leaves a record without beats as it is, and refuses noise that is none', async () => {
    const { record } = await record100();
    expect(noise.copyOf(record, [], new RandomGenerator(0))).toBe(record);
    await writeNoise('silent', () => 0);
    const silent = { ...NOISE_TRAINING, records: ['silent'] };
    const { beats } = await record100();
    const loaded = await TrainingNoise.load(folderSource(folder), silent);
    expect(() => loaded.copyOf(record, beats, new RandomGenerator(0))).toThrow(code('NOISE_UNMEASURABLE'));
    await expect(TrainingNoise.load(folderSource(folder), { ...NOISE_TRAINING, records: ['gone'] })).rejects.toThrow(
      code('FILE_NOT_FOUND'),
    );
  });
});

describe('noisy copies of records', () => {
  const same = (a: BeatSet, b: BeatSet) => Buffer.from(a.beats.buffer).equals(Buffer.from(b.beats.buffer));

  it('have the same beats in other signals, by seed and copy', async () => {
    const contract = withSecondLead(BEAT_CONTRACT);
    const set = await loadBeatSet(samples, ['100'], contract, { margin: 3 });
    const seen: string[] = [];
    const copies = await loadNoisyCopies(samples, ['100'], contract, noise, 4, {
      margin: 3,
      onRecord: (name, done, total) => seen.push(`${name} ${done}/${total}`),
    });
    expect(seen).toEqual(['100 0/2', '100 1/2']);
    const [first, second] = copies;
    for (const copy of copies) {
      for (const of of ['labels', 'peaks', 'features', 'recordOf'] as const)
        expect(Buffer.compare(Buffer.from(copy[of].buffer), Buffer.from(set[of].buffer))).toBe(0);
      expect(same(copy, set)).toBe(false);
      expect(same(copy.second!, set.second!)).toBe(false);
    }
    expect(same(first!, second!)).toBe(false);
    const one = await TrainingNoise.load(folderSource(folder), { ...NOISE_TRAINING, copies: 1 });
    const [again] = await loadNoisyCopies(samples, ['100'], contract, one, 4, { margin: 3 });
    const [other] = await loadNoisyCopies(samples, ['100'], contract, one, 5, { margin: 3 });
    expect(same(again!, first!)).toBe(true);
    expect(same(other!, first!)).toBe(false);
  });

  it('have the R peaks that are found too, which are those of the record as it is', async () => {
    const options = { margin: 3, alsoFound: true };
    const set = await loadBeatSet(samples, ['100'], BEAT_CONTRACT, options);
    const [copy] = await loadNoisyCopies(samples, ['100'], BEAT_CONTRACT, noise, 4, options);
    expect(set.records).toHaveLength(2);
    for (const of of ['labels', 'peaks', 'recordOf'] as const) expect(copy![of]).toEqual(set[of]);
    expect(same(copy!, set)).toBe(false);
  });
});
