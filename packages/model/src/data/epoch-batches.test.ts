import { describe, expect, it } from 'vitest';
import { classWeights, SQUARE_ROOT } from '../training/class-weights.js';
import { LIGHT_AUGMENTATION, NO_AUGMENTATION, TRAINING_AUGMENTATION } from './augmentation.js';
import { beatSetInputs } from './beat-set.js';
import { EpochBatches, type EpochBatchesOptions } from './epoch-batches.js';
import { EpochSampler, EVERY_BEAT } from './epoch-sampler.js';
import { syntheticSet } from './synthetic-set.fixture.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

const set = syntheticSet([
  { N: 60, S: 10, V: 20, F: 2, Q: 3 },
  { N: 40, V: 8 },
]);
const options: EpochBatchesOptions = {
  batchSize: 32,
  draws: EVERY_BEAT,
  augmentation: NO_AUGMENTATION,
  classWeights: (sizes) => classWeights(sizes, SQUARE_ROOT),
  seed: 5,
};

function batch(size = 32) {
  return {
    window: new Float32Array(size * 320).fill(Number.NaN),
    rhythm: new Float32Array(size * 15).fill(Number.NaN),
    label: new Int32Array(size).fill(-7),
    weight: new Float32Array(size).fill(Number.NaN),
  };
}

describe('EpochBatches', () => {
  it('hands out every beat of the epoch with its label and weight, and pads the last batch with weight 0', () => {
    const batches = new EpochBatches(set, options);
    expect(batches.stepsPerEpoch).toBe(5);
    expect(batches.classSizes).toEqual([100, 10, 28, 2]);
    const order = new EpochSampler(set, EVERY_BEAT, 5).epoch(2);
    const inputs = beatSetInputs(set);
    batches.startEpoch(2);
    let rows = 0;
    for (let step = 0; step < 5; step++) {
      const filled = batch();
      batches.fill(step, filled);
      for (let row = 0; row < 32; row++) {
        const beat = order[step * 32 + row];
        const window = filled.window.subarray(row * 320, (row + 1) * 320);
        const rhythm = filled.rhythm.subarray(row * 15, (row + 1) * 15);
        if (beat === undefined) {
          expect([filled.weight[row], filled.label[row]]).toEqual([0, 0]);
          expect(window.every((x) => x === 0) && rhythm.every((x) => x === 0)).toBe(true);
          continue;
        }
        rows++;
        expect(window).toEqual(inputs.windows.subarray(beat * 320, (beat + 1) * 320));
        expect(rhythm).toEqual(inputs.features.subarray(beat * 15, (beat + 1) * 15));
        expect(filled.label[row]).toBe(set.labels[beat]);
        expect(filled.weight[row]).toBe(Math.fround(batches.weights[set.labels[beat]!]!));
      }
    }
    expect(rows).toBe(140);
  });

  it('gives one batch the same bits whatever was asked for before', () => {
    const [a, b] = [new EpochBatches(set, { ...options, augmentation: TRAINING_AUGMENTATION }), batch()];
    a.startEpoch(0);
    for (let step = 0; step < 5; step++) a.fill(step, batch());
    a.startEpoch(3);
    a.fill(4, batch());
    a.fill(1, b);
    const again = new EpochBatches(set, { ...options, augmentation: TRAINING_AUGMENTATION });
    const c = batch();
    again.startEpoch(3);
    again.fill(1, c);
    expect(c).toEqual(b);
    again.fill(2, c);
    expect(c.window).not.toEqual(b.window);
  });

  it('weighs a beat by a factor of its own', () => {
    const batches = new EpochBatches(set, { ...options, batchSize: 140, weightOf: (beat) => (beat < 95 ? 2 : 1) });
    const filled = batch(140);
    batches.startEpoch(0);
    batches.fill(0, filled);
    const order = new EpochSampler(set, EVERY_BEAT, 5).epoch(0);
    order.forEach((beat, row) => {
      expect(filled.weight[row]).toBe(Math.fround(batches.weights[set.labels[beat]!]! * (beat < 95 ? 2 : 1)));
    });
  });

  it('refuses sizes and steps that make no sense', () => {
    expect(() => new EpochBatches(set, { ...options, batchSize: 0 })).toThrow(code('BATCH_SIZE'));
    const batches = new EpochBatches(set, options);
    expect(() => batches.fill(0, batch())).toThrow(RangeError);
    batches.startEpoch(0);
    expect(() => batches.fill(5, batch())).toThrow(RangeError);
    expect(() => batches.fill(0, batch(31))).toThrow(RangeError);
    const beyond = { ...LIGHT_AUGMENTATION, shift: 4 };
    expect(() => new EpochBatches(set, { ...options, augmentation: beyond })).toThrow(code('AUGMENTATION_OPTION'));
    const negative = { ...LIGHT_AUGMENTATION, noise: -1 };
    expect(() => new EpochBatches(set, { ...options, augmentation: negative })).toThrow(code('AUGMENTATION_OPTION'));
  });
});
