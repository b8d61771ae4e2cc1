import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type EcgRecord, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClassifier } from '../classifier.js';
import { type ClassifiedBeat, UNUSABLE } from '../classify.js';
import { decodeModel, type ModelKind } from '../model-file.js';
import { ClassifierStream, STREAM_BATCH, type StreamedBeat } from './classifier-stream.js';
import { classifyCausally } from './classify-causally.js';
import { chunks } from './stream-signal.fixture.js';

const samplesFolder = fileURLToPath(new URL('../../../../data/mitdb-samples', import.meta.url));
const model = async (kind: ModelKind) =>
  decodeModel(await readFile(new URL(`../../pretrained/${kind}.safetensors`, import.meta.url)));
const excerpt = (name: string, minutes = 30, from = 0): Promise<EcgRecord> =>
  readRecord(folderSource(samplesFolder), name, { from: from * 360, to: (from + minutes * 60) * 360 });
const lead = (record: EcgRecord) => record.leads.find(({ name }) => name === 'MLII')!.samples;

let device: Device;
beforeAll(async () => {
  device = await openDevice({ kind: 'wasm' });
});
afterAll(() => device.close());

async function streamed(kind: ModelKind, samples: Float64Array, sizes: readonly number[]): Promise<StreamedBeat[]> {
  const stream = await ClassifierStream.open(device, await model(kind), 360);
  const beats: StreamedBeat[] = [];
  for (const chunk of chunks(samples, sizes)) beats.push(...(await stream.push(chunk)));
  beats.push(...(await stream.flush()));
  stream.release();
  return beats;
}

async function atOnce(kind: ModelKind, record: EcgRecord): Promise<readonly ClassifiedBeat[]> {
  const loaded = await model(kind);
  const classifier = await openClassifier(device, loaded, { batchSize: STREAM_BATCH });
  const { beats } = await classifyCausally(record, loaded, classifier);
  classifier.release();
  return beats;
}

const withoutLatency = (beats: readonly StreamedBeat[]) => beats.map(({ latency, ...beat }) => beat);

describe('ClassifierStream', () => {
  it.each<[ModelKind, string, number, number[]]>([
    ['beat', '100', 12, [1, 997, 360, 13, 48_000]],
    ['beat', '233', 12, [7200, 5, 129, 65_536]],
    ['sequence', '233', 4, [1, 2500, 40_000]],
    ['sequence', '100', 0.7, [360]],
  ])(
    'with the %s model gives for record %s, %d minutes, the bits of the whole at once',
    async (kind, name, ...rest) => {
      const [minutes, sizes] = rest;
      const record = await excerpt(name, minutes);
      const whole = await atOnce(kind, record);
      expect(whole.length).toBeGreaterThan(45 * minutes);
      expect(withoutLatency(await streamed(kind, lead(record), sizes))).toEqual(whole);
    },
  );

  it('hands out every beat within its declared latency', async () => {
    const record = await excerpt('233', 2.5);
    for (const kind of ['beat', 'sequence'] as const) {
      const samples = lead(record);
      const beats = await streamed(kind, samples, [90]);
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

  it('calls beats at a gap and on a flat line nothing, and goes on after them', async () => {
    const samples = lead(await excerpt('100', 3)).slice();
    samples.fill(Number.NaN, 60 * 360, 75 * 360);
    samples.fill(-0.3, 120 * 360, 130 * 360);
    const beats = await streamed('beat', samples, [500]);
    const times = beats.filter(({ class: called }) => called !== UNUSABLE).map(({ time }) => time);
    expect(times.some((t) => (t > 59.9 && t < 75) || (t > 120.5 && t < 129.5))).toBe(false);
    for (const { class: called, reason, probabilities } of beats) {
      expect(probabilities === null).toBe(called === UNUSABLE);
      expect(reason).toBe(called === UNUSABLE ? 'signal' : undefined);
    }
    for (const minute of [0, 1, 2])
      expect(times.filter((t) => Math.floor(t / 60) === minute).length).toBeGreaterThan(45);
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
