import { RandomGenerator } from '@ecgpu/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostLikely } from '../logits/most-likely.js';
import { fitTemperature, type LabelledLogits, negativeLogLikelihood, probabilitiesAt } from './temperature.js';

const classes = ['N', 'S', 'V', 'F'];

/** Beats whose labels are drawn from softmax(logits / temperature): the temperature that is there to find. */
function drawn(temperature: number, count: number, seed = 0): LabelledLogits {
  const random = new RandomGenerator(seed);
  const logits = Float32Array.from({ length: 4 * count }, () => random.uniform(-4, 4));
  const probabilities = probabilitiesAt(logits, 4, temperature);
  const labels = Uint8Array.from({ length: count }, (_, beat) => {
    let left = random.uniform();
    for (let c = 0; c < 3; c++) {
      left -= probabilities[4 * beat + c]!;
      if (left < 0) return c;
    }
    return 3;
  });
  return { count, classes, labels, logits };
}

describe('fitTemperature', () => {
  it.each([0.5, 1, 2.5])('finds the temperature %s that beats were drawn at', (temperature) => {
    const beats = drawn(temperature, 40_000);
    const found = fitTemperature(beats);
    expect(Math.abs(found / temperature - 1)).toBeLessThan(0.03);
    // It is the best of all, not one near by.
    const least = negativeLogLikelihood(beats, found);
    for (const other of [0.999, 1.001]) expect(negativeLogLikelihood(beats, found * other)).toBeGreaterThan(least);
  });

  it('scales with the logits', () => {
    const beats = drawn(1.3, 2000);
    const doubled = { ...beats, logits: Float32Array.from(beats.logits, (z) => 2 * z) };
    expect(fitTemperature(doubled)).toBeCloseTo(2 * fitTemperature(beats), 9);
  });

  it('refuses beats that have no temperature', () => {
    const beats = drawn(1, 50);
    const undefinedAt = (changes: Partial<LabelledLogits>, message: RegExp) =>
      expect(() => fitTemperature({ ...beats, ...changes })).toThrow(
        expect.objectContaining({ code: 'TEMPERATURE_UNDEFINED', message: expect.stringMatching(message) }),
      );
    undefinedAt({ count: 0 }, /no beats/);
    const called = Array.from({ length: 50 }, (_, b) => mostLikely(Array.from(beats.logits).slice(4 * b, 4 * b + 4)));
    undefinedAt({ labels: called }, /below 0.05/);
    undefinedAt({ labels: called.map((c) => (c + 1) % 4) }, /above 20/);
    undefinedAt({ logits: Float32Array.from(beats.logits, (z, i) => (i === 7 ? Number.NaN : z)) }, /not finite/);
  });
});

describe('probabilitiesAt', () => {
  it('keeps the order of the classes and sums to 1 at any temperature', () => {
    const logit = fc.float({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        (row, t) => {
          const probabilities = probabilitiesAt(row, 4, t);
          expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
          expect(probabilities[mostLikely(row)]).toBe(Math.max(...probabilities));
        },
      ),
    );
  });

  it('is softmax at temperature 1', () => {
    const [a, b] = probabilitiesAt([Math.log(3), 0], 2, 1);
    expect([a, b]).toEqual([Math.fround(0.75), 0.25]);
  });
});
