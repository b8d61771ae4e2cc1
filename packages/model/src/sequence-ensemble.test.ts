import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BeatEncoderShape, beatEncoderParameters } from './beat-encoder.js';
import { openClassifier } from './classifier.js';
import type { BeatInputs } from './inference.js';
import { beatVectorLength } from './lead-vectors.js';
import { joinValues } from './sequence-model.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from './sequence-network.js';

const encoder: BeatEncoderShape = {
  channels: 1,
  samples: 16,
  filters: [2, 2, 2, 2],
  hidden: 2,
  attention: 2,
  dropout: 0,
};
const shape: SequenceNetworkShape = {
  beats: 6,
  encoding: beatVectorLength(encoder, 2),
  features: 2,
  rhythm: 2,
  dense: 3,
  hidden: 2,
  classes: 3,
  dropout: 0,
};
const rule = { class: 1, bias: -1, fibrillation: 2 };
const COUNT = 20;

/** The values of a member as a model of its own, or as member `place` of one. */
const member = (seed: number, place = 0) =>
  joinValues(
    initialise(beatEncoderParameters(encoder), seed),
    initialise(sequenceNetworkParameters(shape), seed),
    place,
  );

describe('a sequence model of two leads and two members', () => {
  let device: Device;
  const waves = (phase: number) => Float32Array.from({ length: COUNT * 16 }, (_, i) => Math.sin(i * i + phase));
  const beats: BeatInputs = {
    count: COUNT,
    windows: waves(0),
    features: Float32Array.from({ length: COUNT * 2 }, (_, i) => Math.cos(3 * i)),
  };
  const second = (phase: number, present: number) => ({
    second: { windows: waves(phase), present: new Uint8Array(COUNT).fill(present) },
  });
  const predict = async (values: ReturnType<typeof member>, members: number, inputs: BeatInputs, of = rule) => {
    const classifier = await openClassifier(device, {
      ...{ kind: 'sequence', encoder, shape, members, rule: of, values },
    });
    try {
      return await classifier.predict(inputs);
    } finally {
      classifier.release();
    }
  };
  beforeAll(async () => {
    device = await openDevice({ kind: 'cpu' });
  });
  afterAll(() => device.close());

  it('averages what its members say, and then applies the rule once', async () => {
    const unruled = { ...rule, bias: 0, fibrillation: 0 };
    const inputs = { ...beats, ...second(1, 1) };
    const both = new Map([...member(1), ...member(2, 1)]);
    const [one, two, mean] = [
      await predict(member(1), 1, inputs, unruled),
      await predict(member(2), 1, inputs, unruled),
      await predict(both, 2, inputs, unruled),
    ];
    for (const [i, logit] of mean.logits.entries()) {
      expect(logit).toBeCloseTo((one.logits[i]! + two.logits[i]!) / 2, 5);
    }
    const ruled = await predict(both, 2, inputs);
    const moved = [...ruled.logits.keys()].filter((i) => ruled.logits[i] !== mean.logits[i]);
    expect(moved).toEqual(Array.from({ length: COUNT }, (_, beat) => beat * 3 + 1));
  });

  it('looks at a second lead where it is present, and only there', async () => {
    const values = member(1);
    const alone = await predict(values, 1, beats);
    const absent = await predict(values, 1, { ...beats, ...second(1, 0) });
    expect(absent.logits).toEqual(alone.logits);
    const [a, b] = [
      await predict(values, 1, { ...beats, ...second(1, 1) }),
      await predict(values, 1, { ...beats, ...second(2, 1) }),
    ];
    expect(a.logits).not.toEqual(alone.logits);
    expect(a.logits).not.toEqual(b.logits);
  });
});
