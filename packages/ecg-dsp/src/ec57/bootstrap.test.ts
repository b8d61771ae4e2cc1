import { describe, expect, it } from 'vitest';
import { EcgError } from '../errors.js';
import { bootstrapByRecord } from './bootstrap.js';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const records = Array.from({ length: 40 }, (_, k) => Math.sin(k) * 10);

describe('bootstrapByRecord', () => {
  it('gives the same interval for the same seed and another for another', () => {
    const first = bootstrapByRecord(records, mean, { seed: 1 });
    expect(bootstrapByRecord(records, mean, { seed: 1 })).toEqual(first);
    expect(bootstrapByRecord(records, mean, { seed: 2 })).not.toEqual(first);
  });

  it('is as wide as the theory of means says', () => {
    const { estimate, low, high, defined } = bootstrapByRecord(records, mean, { seed: 7, resamples: 4000 });
    const spread = Math.sqrt(mean(records.map((value) => (value - mean(records)) ** 2)) / records.length);
    expect(estimate).toBe(mean(records));
    expect(defined).toBe(4000);
    // 1.96 standard errors on either side; 4000 resamples know them to within some percent.
    expect((high! - low!) / (2 * 1.96 * spread)).toBeGreaterThan(0.93);
    expect((high! - low!) / (2 * 1.96 * spread)).toBeLessThan(1.07);
    expect((high! + low!) / 2).toBeCloseTo(mean(records), 0);
  });

  it('draws every record about as often as any other', () => {
    const drawn = new Array<number>(10).fill(0);
    const names = drawn.map((_, index) => index);
    bootstrapByRecord(
      names,
      (sample) => {
        for (const name of sample) drawn[name]!++;
        return 0;
      },
      { seed: 3, resamples: 10_000 },
    );
    for (const count of drawn) expect(Math.abs(count - 10_001)).toBeLessThan(500);
  });

  it('leaves out resamples that do not define the figure, and says how many', () => {
    const rare = [1, null, null, null];
    const figure = (sample: readonly (number | null)[]): number | null => (sample.includes(1) ? 1 : null);
    const { defined, low, high } = bootstrapByRecord(rare, figure, { seed: 1 });
    // (3/4)^4 of the resamples have no record with the class: 316 of 1000.
    expect(Math.abs(1000 - defined - 316)).toBeLessThan(60);
    expect([low, high]).toEqual([1, 1]);
    expect(bootstrapByRecord([null], () => null, { seed: 1 })).toMatchObject({ estimate: null, low: null, high: null });
  });

  it('compares two classifiers on the same records', () => {
    const pairs = records.map((value) => ({ ours: value + 0.5, theirs: value }));
    const gain = (sample: readonly { ours: number; theirs: number }[]): number =>
      mean(sample.map(({ ours, theirs }) => ours - theirs));
    const { low, high } = bootstrapByRecord(pairs, gain, { seed: 1 });
    expect(low).toBeCloseTo(0.5, 10);
    expect(high).toBeCloseTo(0.5, 10);
  });

  it('refuses what makes no interval', () => {
    expect(() => bootstrapByRecord([], mean, { seed: 1 })).toThrow(EcgError);
    expect(() => bootstrapByRecord([1], mean, { seed: 0.5 })).toThrow(EcgError);
    expect(() => bootstrapByRecord([1], mean, { seed: 1, resamples: 0 })).toThrow(EcgError);
    expect(() => bootstrapByRecord([1], mean, { seed: 1, confidence: 1 })).toThrow(EcgError);
  });
});
