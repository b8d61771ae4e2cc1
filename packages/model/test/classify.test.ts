import { fileURLToPath } from 'node:url';
import { beatQuality, type EcgRecord, readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassifyOptions, classifyRecord, UNUSABLE } from '../src/classify.js';
import { annotatedBeats } from '../src/data/annotated-beats.js';
import { type LoadedModel, loadModel } from '../src/node/models.js';
import { openClassifier, type RecordClassifier } from '../src/record-classifier.js';

const source = folderSource(fileURLToPath(new URL('../../../data/mitdb-samples', import.meta.url)));
const SECONDS = 60;
/** Seconds without signal, and on a flat line. */
const [missing, flat] = [[20, 25] as const, [40, 45] as const];

let device: Device;
let record: EcgRecord;
let peaks: ArrayLike<number>;
beforeAll(async () => {
  device = await openDevice({ kind: 'wasm' });
  record = await readRecord(source, '233', { from: 0, to: SECONDS * 360 });
  const { annotations } = await readAnnotations(source, '233', 'atr', { fs: 360 });
  const inside = annotations.filter(({ sample }) => sample < SECONDS * 360);
  peaks = annotatedBeats(inside, 'dechazal', record.length, '233').samples;
});
afterAll(() => device.close());

function damaged(): EcgRecord {
  const leads = record.leads.map((lead) => {
    const samples = Float64Array.from(lead.samples);
    samples.fill(Number.NaN, missing[0] * 360, missing[1] * 360);
    samples.fill(0.1, flat[0] * 360, flat[1] * 360);
    return { ...lead, samples };
  });
  return { ...record, leads };
}

describe.each(['beat', 'sequence'])('classifyRecord with the %s model', (name) => {
  let model: LoadedModel;
  let classifier: RecordClassifier;
  beforeAll(async () => {
    model = await loadModel(name);
    classifier = await openClassifier(device, model);
  });
  afterAll(() => classifier.release());
  const classify = (of: EcgRecord, options: ClassifyOptions = {}) =>
    classifyRecord(of, model, classifier, { peaks, ...options });

  it('marks beats on unusable signal and guesses none of them', async () => {
    const { beats, counts } = await classify(damaged());
    // The filters blur the ends of a gap.
    const within = (time: number, margin: number) =>
      [missing, flat].some(([from, to]) => time >= from - margin && time < to + margin);
    for (const { time, class: called, reason, probabilities } of beats) {
      if (within(time, -1))
        expect({ called, reason, probabilities }).toEqual({ called: UNUSABLE, reason: 'signal', probabilities: null });
      if (!within(time, 1)) expect(called).not.toBe(UNUSABLE);
    }
    expect(counts[UNUSABLE]).toBeGreaterThan(10);
    // What the model is asked to be sure of does not bring them back.
    const all = await classify(damaged(), { abstention: { coverage: 1 } });
    expect(all.counts).toEqual(counts);
  });

  it('takes no square wave and no amplifier that goes from limit to limit for beats, and says how long the lead stood still', async () => {
    const leads = record.leads.map((lead) => {
      const samples = Float64Array.from(lead.samples);
      for (let i = 20 * 360; i < 30 * 360; i++) samples[i] = Math.floor(i / 144) % 2 ? 0.5 : -0.5;
      return { ...lead, samples: samples.fill(5, 40 * 360, 50 * 360) };
    });
    const { beats, diagnostics } = await classifyRecord({ ...record, leads }, model, classifier);
    const square = beats.filter(({ time }) => time > 20.2 && time < 29.8);
    expect(square.length).toBeGreaterThan(15);
    for (const { class: called, reason } of square)
      expect({ called, reason }).toEqual({ called: UNUSABLE, reason: 'signal' });
    for (const { time, class: called } of beats) if (time < 19 || time > 51) expect(called).not.toBe(UNUSABLE);
    const said = new Map(diagnostics.map(({ code, message }) => [code, message]));
    expect(said.get('SIGNAL_STILL')).toMatch(/^16\.7 % of the lead/);
    expect(said.get('BEATS_ON_STILL_SIGNAL')).toContain(`of ${beats.length} beats`);
  });

  it('leaves beats uncalled on request where the signal is judged to be too poor', async () => {
    const noisy = record.leads.map((lead) => {
      const samples = Float64Array.from(lead.samples);
      for (let i = 20 * 360; i < 45 * 360; i++) samples[i] = Math.sin(i * i);
      return { ...lead, samples };
    });
    const found = (options: ClassifyOptions) => classifyRecord({ ...record, leads: noisy }, model, classifier, options);
    const { beats, counts } = await found({ quality: beatQuality });
    const inNoise = beats.filter(({ time }) => time > 21 && time < 44);
    expect(inNoise.length).toBeGreaterThan(20);
    for (const { class: called, reason, probabilities } of inNoise)
      expect({ called, reason, probabilities }).toEqual({ called: UNUSABLE, reason: 'quality', probabilities: null });
    expect(beats.filter(({ time, class: called }) => time < 12 && called === UNUSABLE)).toEqual([]);
    // Those are not among the beats that a share is taken of.
    expect((await found({ quality: beatQuality, abstention: { coverage: 1 } })).counts).toEqual(counts);
    expect((await found({})).counts[UNUSABLE]).toBe(0);
  });

  it('tells its progress in beats of the record, however many networks and leads look at each', async () => {
    const told: (readonly [number, number])[] = [];
    const { beats } = await classify(record, { onProgress: (done, total) => told.push([done, total]) });
    expect(new Set(told.map(([, total]) => total))).toEqual(new Set([beats.length]));
    const done = told.map(([beatsDone]) => beatsDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(beats.length);
  });

  it('leaves the least sure uncalled on request, with their probabilities', async () => {
    const whole = await classify(record);
    const sureness = whole.beats.map(({ probabilities }) => Math.max(...Object.values(probabilities!)));
    const floor = [...sureness].sort((a, b) => a - b)[10]!;
    const { beats, counts } = await classify(record, { abstention: { minConfidence: floor } });
    expect(counts[UNUSABLE]).toBe(10);
    for (const [index, beat] of beats.entries()) {
      const { reason: _, ...rest } = beat;
      if (sureness[index]! >= floor) expect(beat).toEqual(whole.beats[index]);
      else
        expect({ ...rest, reason: beat.reason }).toEqual({
          ...whole.beats[index],
          class: UNUSABLE,
          reason: 'confidence',
        });
    }
    const share = await classify(record, { abstention: { coverage: 1 - 10 / beats.length } });
    expect(share.beats).toEqual(beats);
    await expect(classify(record, { abstention: { coverage: 95 } })).rejects.toThrow(
      expect.objectContaining({ code: 'CONFIDENCE_RANGE' }),
    );
  });
});

describe('a network of weights that are of no use', () => {
  it.each(['beat', 'sequence'])('%s calls nothing', async (name) => {
    const model = await loadModel(name);
    const values = new Map(
      [...model.values].map(([tensor, value]) => [tensor, { ...value, values: value.values.map(() => 1e30) }]),
    );
    const classifier = await openClassifier(device, { ...model, values });
    await expect(classifyRecord(record, model, classifier, { peaks })).rejects.toThrow(
      expect.objectContaining({ code: 'LOGITS_NOT_FINITE', fix: expect.any(String) }),
    );
    classifier.release();
  });
});
