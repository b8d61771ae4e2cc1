import { describe, expect, it } from 'vitest';
import { quantile, spreadOf } from './statistics.js';

describe('statistics', () => {
  it('interpolates quantiles like numpy.quantile', () => {
    // numpy.quantile([1, 2, 4, 8], [0, .25, .5, .75, 1])
    const values = [1, 2, 4, 8];
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share))).toEqual([1, 1.75, 3, 5, 8]);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('sorts numbers, not texts', () => {
    expect(spreadOf([10, 9, 100])).toEqual({ median: 10, lower: 9.5, upper: 55, least: 9, most: 100, samples: 3 });
  });
});
