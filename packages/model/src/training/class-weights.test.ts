import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassWeighting, classWeights, INVERSE_FREQUENCY, SQUARE_ROOT } from './class-weights.js';

const invalid = expect.objectContaining({ name: 'EcgError', code: 'CLASS_WEIGHTS', fix: expect.any(String) });

describe('classWeights', () => {
  it("gives the square roots that the recipe's epoch has", () => {
    const weights = classWeights([10_000, 1888, 3788, 415], SQUARE_ROOT);
    [0.714, 1.643, 1.16, 3.506].forEach((expected, k) => {
      expect(weights[k]).toBeCloseTo(expected, 2);
    });
  });

  it('can start from 1 and be capped', () => {
    expect(classWeights([900, 100, 1, 0], SQUARE_ROOT, { scale: 'least', cap: 6 })).toEqual([1, 3, 6, 0]);
    expect(classWeights([900, 100, 9], INVERSE_FREQUENCY, { scale: 'least' })).toEqual([1, 9, 100]);
  });

  it('follows the effective number of beats', () => {
    const weights = classWeights([1000, 10], { method: 'effective-number', beta: 0.99 }, { scale: 'least' });
    // (1 - 0.99^1000) / (1 - 0.99^10)
    expect(weights[1]).toBeCloseTo(0.999956829 / 0.0956179, 4);
    expect(classWeights([1000, 10], { method: 'effective-number', beta: 0 })).toEqual([1, 1]);
  });

  it('keeps the mean weight of a beat at 1 and never favours the commoner class', () => {
    const weighting = fc.oneof(
      fc.record({ method: fc.constant('power' as const), exponent: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({
        method: fc.constant('effective-number' as const),
        beta: fc.double({ min: 0, max: 0.9999, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 5 }),
        weighting,
        (n, how) => {
          const weights = classWeights(n, how);
          const total = n.reduce((sum, count) => sum + count, 0);
          const weighed = n.reduce((sum, count, k) => sum + count * weights[k]!, 0);
          expect(weighed / total).toBeCloseTo(1, 9);
          for (const [a, count] of n.entries()) {
            for (const [b, other] of n.entries()) {
              if (count < other) expect(weights[a]).toBeGreaterThanOrEqual(weights[b]! * (1 - 1e-12));
            }
          }
        },
      ),
    );
  });

  it.each<[string, number[], ClassWeighting]>([
    ['no beats', [0, 0], SQUARE_ROOT],
    ['no classes', [], SQUARE_ROOT],
    ['a negative count', [1, -1], SQUARE_ROOT],
    ['NaN', [1, Number.NaN], SQUARE_ROOT],
    ['an exponent below 0', [1], { method: 'power', exponent: -1 }],
    ['β = 1', [1], { method: 'effective-number', beta: 1 }],
  ])('refuses %s', (_, counts, weighting) => {
    expect(() => classWeights(counts, weighting)).toThrow(invalid);
  });

  it('refuses a cap of 0', () => {
    expect(() => classWeights([1], SQUARE_ROOT, { cap: 0 })).toThrow(invalid);
  });
});
