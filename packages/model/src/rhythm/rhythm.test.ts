import { folderSource } from '@ecgpu/ecg-dsp/node';
import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../../../ecg-dsp/test/data-folder.js';
import { emptyRhythmBatch, type LabelledRecording, RHYTHM_AUGMENTATION, RhythmBatches } from './batches.js';
import { RhythmClassifier } from './classifier.js';
import { RHYTHM_CONTRACT, readRhythmContract } from './contract.js';
import { decodeRhythmModel, encodeRhythmModel } from './model.js';
import { RHYTHM_NETWORK, type RhythmNetworkShape, rhythmNetworkParameters } from './network.js';
import { hasRecording, prepareRecording, type RhythmSignal, readRecording, recordingFiles } from './recording.js';
import { readReferenceFile } from './reference-file.js';
import { stretchesOf } from './segments.js';
import { rhythmTrainingConfig, trainOnRecordings } from './training.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ kind: 'wasm' });
});
afterAll(() => device.close());

const small: RhythmNetworkShape = { ...RHYTHM_NETWORK, filters: [8, 8, 8, 8], hidden: 8, attention: 8, dense: 8 };

/** Narrow or wide beats, the same in every lead but for a factor. */
function recording(record: string, length: number, wide: boolean): LabelledRecording {
  const samples = new Float32Array(12 * length);
  for (let at = 20; at < length - 20; at += 100) {
    for (let lead = 0; lead < 12; lead++)
      samples.fill((lead + 1) / 6, lead * length + at, lead * length + at + (wide ? 15 : 3));
  }
  return { signal: { record, length, samples }, classes: [wide ? 'PVC' : 'Normal'] };
}

describe('stretches of a recording', () => {
  it('are the recording, padded, where it fits', () => {
    expect(stretchesOf(1000, [1024, 2048])).toEqual({ size: 1024, starts: [0] });
    expect(stretchesOf(1025, [1024, 2048])).toEqual({ size: 2048, starts: [0] });
  });

  it('overlap by half where it is longer than all, and end with it or within a step', () => {
    expect(stretchesOf(5000, [1024, 2048])).toEqual({ size: 2048, starts: [0, 1024, 2048, 2952] });
    expect(stretchesOf(5001, [1024, 2048]).starts.at(-1)).toBe(2960);
    expect(stretchesOf(4096, [1024, 2048])).toEqual({ size: 2048, starts: [0, 1024, 2048] });
  });
});

describe('the rhythm network', () => {
  const values = initialise(rhythmNetworkParameters(small), 3);

  it('gives padding no weight, and every sample of a long recording some', async () => {
    const classifier = new RhythmClassifier(device, values, small, { ...RHYTHM_CONTRACT, lengths: [512, 1024] });
    for (const length of [301, 1024, 2500]) {
      const { attention, probabilities } = await classifier.classify(recording('x', length, false).signal);
      expect(attention).toHaveLength(Math.ceil(length / 8));
      expect(attention.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
      expect(Math.min(...attention)).toBeGreaterThan(0);
      expect(probabilities).toHaveLength(9);
    }
    classifier.release();
  });

  it('learns to tell wide beats from narrow ones, the same bits twice', async () => {
    const recordings = Array.from({ length: 24 }, (_, i) => recording(`r${i}`, 480 + 8 * (i % 7), i % 2 === 1));
    const config = {
      ...rhythmTrainingConfig({ epochs: 60, batchSize: 8, peakLearningRate: 1e-2, averageDecay: 0.9 }),
      network: { ...small, dropout: 0.05 },
      stretch: 512,
    };
    const first = await trainOnRecordings(device, recordings, config);
    const again = await trainOnRecordings(device, recordings, config);
    expect(first.reports.at(-1)!.loss).toBeLessThan(0.25 * first.reports[0]!.loss);
    for (const [name, { values: bits }] of first.averaged) expect(again.averaged.get(name)!.values, name).toEqual(bits);
    const classifier = new RhythmClassifier(device, first.averaged, config.network, {
      ...RHYTHM_CONTRACT,
      lengths: [512],
    });
    for (const wide of [false, true]) {
      expect((await classifier.classify(recording('new', 499, wide).signal)).answer).toBe(wide ? 'PVC' : 'Normal');
    }
    classifier.release();
  });

  it('is refused without recordings', () => {
    const options = {
      ...{ batchSize: 4, size: { leads: 12, samples: 512 }, classes: RHYTHM_CONTRACT.classes, seed: 0 },
      ...{ classWeights: [], augmentation: RHYTHM_AUGMENTATION },
    };
    expect(() => new RhythmBatches([], options)).toThrow(expect.objectContaining({ code: 'NO_RECORDINGS' }));
  });

  it('gives the rows of a last batch that is not full no weight', () => {
    const classWeights = RHYTHM_CONTRACT.classes.map(() => 3);
    const size = { leads: 12, samples: 512 };
    const options = { batchSize: 4, size, classes: RHYTHM_CONTRACT.classes, seed: 0 };
    const recordings = [recording('a', 400, true)];
    const batches = new RhythmBatches(recordings, { ...options, classWeights, augmentation: RHYTHM_AUGMENTATION });
    const batch = emptyRhythmBatch(4, size, 9);
    batch.signal.fill(Number.NaN);
    batches.startEpoch(0);
    batches.fill(0, batch);
    expect([...batch.weight.subarray(0, 9)]).toEqual([1, 1, 1, 1, 1, 1, 3, 1, 1]);
    expect(batch.weight.subarray(9).every((w) => w === 0)).toBe(true);
    expect(batch.signal.every(Number.isFinite)).toBe(true);
  });
});

describe('a rhythm model file', () => {
  const model = {
    kind: 'rhythm',
    shape: RHYTHM_NETWORK,
    contract: RHYTHM_CONTRACT,
    values: initialise(rhythmNetworkParameters(RHYTHM_NETWORK), 0),
    provenance: { command: 'x', seed: 0, device: 'wasm', records: ['A0001'], version: '0.1.0' },
  } as const;
  const bytes = encodeRhythmModel(model);

  it('gives back the model as it was', () => {
    expect(decodeRhythmModel(bytes)).toEqual(model);
  });

  it.each([
    ['cut off', bytes.subarray(0, bytes.length - 4)],
    ['damaged', bytes.map((byte, i) => (i === bytes.length - 5 ? byte ^ 1 : byte))],
    [
      'of other leads than its network',
      encodeRhythmModel({ ...model, contract: { ...RHYTHM_CONTRACT, leads: ['II'] } }),
    ],
    ['of another network than its weights', encodeRhythmModel({ ...model, shape: { ...RHYTHM_NETWORK, dense: 47 } })],
  ])('is refused %s', (_, file) => {
    expect(() => decodeRhythmModel(file)).toThrow(expect.objectContaining({ code: 'FORMAT' }));
  });

  it.each([
    ['lengths that do not rise', { lengths: [2048, 1024] }],
    ['a length that poolings do not divide', { lengths: [1001] }],
    ['a filter beyond half the lowest rate', { filters: [{ type: 'lowpass', order: 4, cutoff: 50 }] }],
    ['classes nobody knows', { classes: ['XYZ'] }],
    ['an unknown field', { notch: 50 }],
  ])('is refused with %s in its contract', (_, change) => {
    expect(() => readRhythmContract({ ...RHYTHM_CONTRACT, ...change })).toThrow(
      expect.objectContaining({ code: 'CONTRACT_INVALID' }),
    );
  });
});

describe('recordings', () => {
  const record = (seconds: number, names: readonly string[]) => ({
    ...{ name: 'x', fs: 500, length: seconds * 500, comments: [], diagnostics: [] },
    leads: names.map((name) => ({ name, units: 'mV', samples: new Float64Array(seconds * 500) })),
  });

  it('must have every lead, enough of it, and last a second', () => {
    const twelve = RHYTHM_CONTRACT.leads;
    expect(() => prepareRecording(record(10, twelve.slice(1)), RHYTHM_CONTRACT)).toThrow(
      expect.objectContaining({ code: 'LEAD_NOT_FOUND' }),
    );
    expect(() => prepareRecording(record(0.5, twelve), RHYTHM_CONTRACT)).toThrow(
      expect.objectContaining({ code: 'RECORD_TOO_SHORT' }),
    );
    const gap = record(10, twelve);
    gap.leads[3]!.samples.fill(Number.NaN, 0, 2000);
    expect(() => prepareRecording(gap, RHYTHM_CONTRACT)).toThrow(expect.objectContaining({ code: 'LEAD_UNUSABLE' }));
    const upper = record(
      10,
      twelve.map((name) => name.toUpperCase()),
    );
    expect(prepareRecording(upper, RHYTHM_CONTRACT).length).toBe(1250);
  });

  it('of both publications are read: the 20 beside the challenge reference', async (context) => {
    const folder = dataFolder(context, 'cpsc2018');
    const root = folderSource(folder);
    const csv = await root.read('REFERENCE.csv', 0, await root.size('REFERENCE.csv'));
    const references = readReferenceFile(new TextDecoder().decode(csv));
    expect(references).toHaveLength(6877);
    const found: RhythmSignal[] = [];
    for (const form of ['wfdb', 'original']) {
      const source = folderSource(`${folder}/${form}`);
      for (const { record: name } of references) {
        if (!(await hasRecording(source, name))) continue;
        const read = await readRecording(source, name);
        expect(read).toMatchObject({ fs: 500 });
        expect(read.leads.map(({ name: lead }) => lead)).toEqual(RHYTHM_CONTRACT.leads);
        expect(await recordingFiles(source, name)).toHaveLength(form === 'wfdb' ? 2 : 1);
        found.push(prepareRecording(read, RHYTHM_CONTRACT));
      }
    }
    expect(found).toHaveLength(20);
    for (const { samples } of found) {
      const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(peak).toBeGreaterThan(0.3);
      expect(peak).toBeLessThanOrEqual(5);
    }
  });
});
