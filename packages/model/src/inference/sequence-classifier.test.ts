import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_RULE } from '../logits/output-rule.js';
import { type BeatEncoderShape, beatEncoderParameters } from '../network/beat-encoder.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from '../network/sequence-network.js';
import { SequenceEnsemble } from './sequence-ensemble.js';

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
  encoding: 4,
  features: 2,
  rhythm: 2,
  dense: 3,
  hidden: 2,
  classes: 3,
  dropout: 0,
};

describe('SequenceEnsemble of one network', () => {
  let device: Device;
  let classifier: SequenceEnsemble;
  beforeAll(async () => {
    device = await openDevice({ kind: 'cpu' });
    const network = {
      encoder: { shape: encoder, values: initialise(beatEncoderParameters(encoder), 1) },
      sequence: { shape, values: initialise(sequenceNetworkParameters(shape), 2) },
      rule: NO_RULE,
    };
    classifier = await SequenceEnsemble.create(device, [network]);
  });
  afterAll(() => {
    classifier.release();
    device.close();
  });
  const beats = (count: number) => ({
    count,
    windows: Float32Array.from({ length: count * 16 }, (_, i) => Math.sin(i * i)),
    features: Float32Array.from({ length: count * 2 }, (_, i) => Math.cos(3 * i)),
  });

  it.each([0, 1, 5, 6, 7, 60])('gives %i beats probabilities and finite log-odds', async (count) => {
    const { probabilities, logits, fibrillation } = await classifier.predict(beats(count));
    expect(probabilities).toHaveLength(count * 3);
    expect(logits.every(Number.isFinite) && fibrillation.every(Number.isFinite)).toBe(true);
    for (let beat = 0; beat < count; beat++) {
      expect(probabilities.subarray(beat * 3, beat * 3 + 3).reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
    }
  });

  it('looks no further than its windows', async () => {
    const all = beats(30);
    const changed = { ...all, features: all.features.slice() };
    changed.features.fill(0.5, 2 * 29);
    const [a, b] = [await classifier.predict(all), await classifier.predict(changed)];
    // The last windows start at beats 24 and 21.
    expect(a.logits.subarray(0, 21 * 3)).toEqual(b.logits.subarray(0, 21 * 3));
    expect(a.logits.subarray(21 * 3)).not.toEqual(b.logits.subarray(21 * 3));
  });
});
