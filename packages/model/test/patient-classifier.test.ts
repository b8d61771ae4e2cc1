import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BeatInputs } from '../src/inference/beat-classifier.js';
import { SequenceClassifier } from '../src/inference/sequence-classifier.js';
import { logProbabilities } from '../src/logits/log-probabilities.js';
import { memberParts } from '../src/model-file/sequence-model.js';
import type { PatientCalls } from '../src/patient/calls.js';
import { judgeUnshown } from '../src/patient/judge-unshown.js';
import { callAlike } from '../src/record/alike-beats.js';
import { lessMedian, type RelativeStage, recordMedian } from '../src/record/median.js';
import { nearestBeats } from '../src/record/nearest-beats.js';
import { openClassifier } from '../src/record-classifier.js';
import { beatsOf, smallModel } from './small-sequence-model.js';

const COUNT = 40;
const relative: RelativeStage = { to: 'record-median', fewestBeats: COUNT, mostOfClass: { class: 1, share: 1 } };
const { calibration: _, ...model } = smallModel(2, 2, relative);
const { classes } = model.contract;
const { encoding } = model.shape;

/** Initial networks are all but undecided; with larger weights after the encoder, and each time others, they say something of each beat. */
const decided = (by: number) =>
  new Map(
    [...model.values].map(([name, tensor]) => [
      name,
      /(join|dense|output)\.weight$/.test(name)
        ? { ...tensor, values: tensor.values.map((x, i) => x * (by + (i % 3))) }
        : tensor,
    ]),
  );
const [parent, tuned] = [decided(3), decided(-5)];
const alike = { neighbours: 4, share: 0.6, fewestBeats: COUNT };

describe("a patient's classifier", () => {
  let device: Device;
  let beats: BeatInputs;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm' });
    beats = await beatsOf(model.contract, COUNT);
  });
  afterAll(() => device.close());
  const predict = async (source: Parameters<typeof openClassifier>[1], inputs: BeatInputs, stretches = false) => {
    const classifier = await openClassifier(device, source, { stretches });
    try {
      return await classifier.predict(inputs);
    } finally {
      classifier.release();
    }
  };
  const of = (changes: Partial<PatientCalls>) => ({
    ...{ ...model, values: tuned },
    patient: { unshown: ['S'], classes, alike, parent, ...changes } satisfies PatientCalls,
  });
  const networks = { ...model, values: tuned };

  it('asks the parent about what was not shown, then lets beats that look alike decide together', async () => {
    const own = await predict(networks, beats);
    const before = await predict({ ...model, values: parent }, beats);
    expect(own.stage).toBe('relative');
    const judged = judgeUnshown(own.logits, before.logits, [false, true, false, false]);
    // Both members' vectors less their medians, side by side.
    const rows = await Promise.all(
      memberParts({ ...model, values: tuned }).map(async (parts) => {
        const classifier = await SequenceClassifier.create(device, parts);
        const encoded = await classifier.encode(beats);
        classifier.release();
        return lessMedian(encoded, recordMedian(encoded, encoding));
      }),
    );
    const width = encoding;
    const joined = Float32Array.from({ length: 2 * COUNT * width }, (_, i) => {
      const [beat, j] = [Math.floor(i / (2 * width)), i % (2 * width)];
      return rows[Math.floor(j / width)]![beat * width + (j % width)]!;
    });
    const wanted = callAlike(judged, classes, await nearestBeats(device, joined, 2 * width, 4), 0.6);
    const found = await predict(of({}), beats);
    expect(found.stage).toBe('relative');
    for (const [i, logit] of found.logits.entries()) expect(logit).toBeCloseTo(wanted[i]!, 4);
    for (const [i, p] of found.probabilities.entries()) expect(p).toBeCloseTo(Math.exp(wanted[i]!), 4);
    expect([...found.logits].some((logit, i) => Math.abs(logit - judged[i]!) > 0.01)).toBe(true);
  });

  it('asks no parent where the patient has shown all, and leaves a short record to the networks', async () => {
    const short = { ...alike, fewestBeats: COUNT + 1 };
    const own = await predict(networks, beats);
    const said = logProbabilities(own.logits, 4);
    const all = await predict(of({ unshown: [], alike: short }), beats);
    for (const [i, logit] of all.logits.entries()) expect(logit).toBeCloseTo(said[i]!, 5);
    const before = await predict({ ...model, values: parent }, beats);
    const judged = judgeUnshown(own.logits, before.logits, [false, true, false, false]);
    const unseen = await predict(of({ alike: short }), beats);
    for (const [i, logit] of unseen.logits.entries()) expect(logit).toBeCloseTo(judged[i]!, 5);
  });

  it('leaves stretches of records to the networks, bit for bit', async () => {
    const stretch = { ...beats, stretch: true };
    expect(await predict(of({}), stretch)).toEqual(await predict(networks, stretch));
    expect(await predict(of({}), stretch, true)).toEqual(await predict(networks, stretch, true));
  });

  it('calls no beats where there are none', async () => {
    const none = { count: 0, windows: new Float32Array(0), features: new Float32Array(0) };
    expect((await predict(of({}), none)).logits.length).toBe(0);
  });
});
