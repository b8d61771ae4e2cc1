import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type EcgRecord, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassifiedBeat, UNUSABLE } from '../classify.js';
import { decodeModel, type Model, type ModelKind } from '../model-file/model-file.js';
import { withoutSecondLead } from '../preprocess/contract.js';
import { openClassifier } from '../record-classifier.js';
import { ClassifierStream, STREAM_CLASSIFIER, type StreamedBeat } from './classifier-stream.js';
import { classifyCausally } from './classify-causally.js';
import { chunks } from './stream-signal.fixture.js';

const samplesFolder = fileURLToPath(new URL('../../../../data/mitdb-samples', import.meta.url));
const model = async (kind: ModelKind) =>
  decodeModel(await readFile(new URL(`../../pretrained/${kind}.safetensors`, import.meta.url)));
const excerpt = (name: string, minutes = 30, from = 0): Promise<EcgRecord> =>
  readRecord(folderSource(samplesFolder), name, { from: from * 360, to: (from + minutes * 60) * 360 });
/** Both leads, MLII first. */
const leadsOf = (record: EcgRecord) => {
  const first = record.leads.findIndex(({ name }) => name === 'MLII');
  return [record.leads[first]!.samples, record.leads[1 - first]!.samples] as const;
};
const lead = (record: EcgRecord) => leadsOf(record)[0];

let device: Device;
beforeAll(async () => {
  device = await openDevice({ kind: 'wasm' });
});
afterAll(() => device.close());

async function streamed(
  model: Model,
  samples: Float64Array,
  sizes: readonly number[],
  second?: Float64Array,
): Promise<StreamedBeat[]> {
  const stream = await ClassifierStream.open(device, model, 360);
  const beats: StreamedBeat[] = [];
  let at = 0;
  for (const chunk of chunks(samples, sizes)) {
    beats.push(...(await stream.push(chunk, second?.subarray(at, at + chunk.length))));
    at += chunk.length;
  }
  beats.push(...(await stream.flush()));
  stream.release();
  return beats;
}

async function atOnce(model: Model, record: EcgRecord): Promise<readonly ClassifiedBeat[]> {
  const classifier = await openClassifier(device, model, STREAM_CLASSIFIER);
  const { beats } = await classifyCausally(record, model, classifier);
  classifier.release();
  return beats;
}

const withoutLatency = (beats: readonly StreamedBeat[]) => beats.map(({ latency, ...beat }) => beat);

describe('ClassifierStream', () => {
  it.each<[ModelKind, 1 | 2, string, number, number[]]>([
    ['beat', 1, '100', 12, [1, 997, 360, 13, 48_000]],
    ['beat', 1, '233', 12, [7200, 5, 129, 65_536]],
    ['sequence', 2, '233', 4, [1, 2500, 40_000]],
    ['sequence', 1, '233', 2, [40_000, 7, 1300]],
    ['sequence', 2, '100', 0.7, [360]],
  ])(
    'with the %s model of %d leads gives for record %s, %d minutes, the bits of the whole at once',
    async (kind, leads, name, ...rest) => {
      const [minutes, sizes] = rest;
      const record = await excerpt(name, minutes);
      const loaded = await model(kind);
      const shown = leads === 1 ? { ...loaded, contract: withoutSecondLead(loaded.contract) } : loaded;
      const whole = await atOnce(shown, record);
      expect(whole.length).toBeGreaterThan(45 * minutes);
      const [first, second] = leadsOf(record);
      expect(withoutLatency(await streamed(shown, first, sizes, leads === 2 ? second : undefined))).toEqual(whole);
    },
  );

  it('takes a second lead that never comes for an absent one, and does look at one that comes', async () => {
    const sequence = await model('sequence');
    const [first, second] = leadsOf(await excerpt('233', 1));
    const alone = await streamed({ ...sequence, contract: withoutSecondLead(sequence.contract) }, first, [5000]);
    expect(await streamed(sequence, first, [5000])).toEqual(alone);
    const both = await streamed(sequence, first, [5000], second);
    expect(both.map(({ sample }) => sample)).toEqual(alone.map(({ sample }) => sample));
    expect(both.filter((beat, i) => beat.probabilities!.N === alone[i]!.probabilities!.N)).toHaveLength(0);
  });

  it('hands out every beat within its declared latency', async () => {
    const record = await excerpt('233', 2.5);
    for (const kind of ['beat', 'sequence'] as const) {
      const samples = lead(record);
      const beats = await streamed(await model(kind), samples, [90]);
      const { latency: declared } = await ClassifierStream.open(device, await model(kind), 360);
      const inTime = beats.filter(({ sample, latency }, i) => {
        const following = beats[i + declared.beats];
        // Those without so many after them came when the signal ended.
        const last = following?.sample ?? samples.length;
        return latency <= (last - sample) / 360 + declared.seconds + 0.25;
      });
      expect(inTime).toHaveLength(beats.length);
      expect(beats.some(({ time, latency }) => time + latency < 145)).toBe(true);
    }
  });

  it('hands out beats before a long pause within what is declared, which for windows of beats knows of no pause', async () => {
    const [first, second] = leadsOf(await excerpt('100', 2));
    const samples = first.slice().fill(-0.3, 60 * 360);
    const live = async (kind: ModelKind, other?: Float64Array) => {
      const stream = await ClassifierStream.open(device, await model(kind), 360);
      const beats: StreamedBeat[] = [];
      for (let i = 0; i < samples.length; i += 360)
        beats.push(...(await stream.push(samples.subarray(i, i + 360), other?.subarray(i, i + 360))));
      return { beats, declared: stream.latency };
    };
    const beat = await live('beat');
    expect(beat.beats.length).toBeGreaterThan(65);
    const { time, latency } = beat.beats.at(-1)!;
    expect(time).toBeGreaterThan(58);
    expect(latency).toBeLessThan(beat.declared.pause! + beat.declared.seconds + 1);
    const sequence = await live('sequence', second);
    expect(sequence.beats).toEqual([]);
    expect(sequence.declared).not.toHaveProperty('pause');
  });

  it('calls beats at a gap and on a flat line nothing, and goes on after them', async () => {
    const samples = lead(await excerpt('100', 3)).slice();
    samples.fill(Number.NaN, 60 * 360, 75 * 360);
    samples.fill(-0.3, 120 * 360, 130 * 360);
    const beats = await streamed(await model('beat'), samples, [500]);
    const times = beats.filter(({ class: called }) => called !== UNUSABLE).map(({ time }) => time);
    expect(times.some((t) => (t > 59.9 && t < 75) || (t > 120.5 && t < 129.5))).toBe(false);
    for (const { class: called, reason, probabilities } of beats) {
      expect(probabilities === null).toBe(called === UNUSABLE);
      expect(reason).toBe(called === UNUSABLE ? 'signal' : undefined);
    }
    for (const minute of [0, 1, 2])
      expect(times.filter((t) => Math.floor(t / 60) === minute).length).toBeGreaterThan(45);
  });

  it('calls steps of a lead that stands still nothing, as the whole at once', async () => {
    const record = await excerpt('100', 1.5);
    const samples = lead(record).slice();
    for (let i = 30 * 360; i < 50 * 360; i++) samples[i] = Math.floor(i / 144) % 2 ? 5 : -5;
    const beats = await streamed(await model('beat'), samples, [7, 1000]);
    const steps = beats.filter(({ time }) => time > 31 && time < 49);
    expect(steps.length).toBeGreaterThan(15);
    expect(steps.every(({ reason }) => reason === 'signal')).toBe(true);
    const leads = [{ ...record.leads[0]!, name: 'MLII', samples }];
    expect(withoutLatency(beats)).toEqual(await atOnce(await model('beat'), { ...record, leads }));
  });

  it('refuses leads of unequal length, and a second one where the model looks at one', async () => {
    const two = await ClassifierStream.open(device, await model('sequence'), 360);
    expect(() => two.push([0, 1], [0])).toThrow(expect.objectContaining({ code: 'LEADS_UNEQUAL' }));
    const one = await ClassifierStream.open(device, await model('beat'), 360);
    expect(() => one.push([0], [0])).toThrow(expect.objectContaining({ code: 'LEADS_TOO_MANY' }));
    for (const stream of [one, two]) {
      expect(await stream.flush()).toEqual([]);
      stream.release();
    }
  });

  it('takes chunks without waiting for the last, in order, and none after its end', async () => {
    const samples = lead(await excerpt('100', 1));
    const stream = await ClassifierStream.open(device, await model('beat'), 360);
    const calls = [...chunks(samples, [2000])].map((chunk) => stream.push(chunk));
    const beats = (await Promise.all([...calls, stream.flush()])).flat();
    expect(beats.map(({ sample }) => sample)).toEqual([...beats].map(({ sample }) => sample).sort((a, b) => a - b));
    expect(beats).toHaveLength(74);
    expect(() => stream.push([0])).toThrow(expect.objectContaining({ code: 'STREAM_ENDED' }));
    expect(() => stream.flush()).toThrow(expect.objectContaining({ code: 'STREAM_ENDED' }));
    await expect(ClassifierStream.open(device, await model('beat'), 90)).rejects.toMatchObject({
      code: 'RATE_NOT_ACCEPTED',
    });
  });
});
