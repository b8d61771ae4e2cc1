import { describe, expect, it } from 'vitest';
import { marks } from './golden.fixture.js';
import { compareBeats } from './match.js';
import { timeOffsets } from './offsets.js';
import { quantile } from './quantile.js';

describe('timeOffsets', () => {
  it('is of the pairs alone', () => {
    const reference = marks('1000 N, 2000 N, 3000 N, 4000 !, 5000 N');
    const test = marks('987 N, 1987 N, 3002 V, 4050 N, 6000 N');
    const { events } = compareBeats(reference, test, { fs: 360, start: 0, length: 10_000 });
    expect(timeOffsets(events)).toEqual({ pairs: 3, median: -13, low: -13, high: expect.closeTo(1.25, 10) });
  });

  it('is null without a pair', () => {
    expect(timeOffsets([])).toEqual({ pairs: 0, median: null, low: null, high: null });
  });
});

describe('quantile', () => {
  it("is numpy's", () => {
    expect([0, 0.1, 0.5, 0.975, 1].map((share) => quantile([1, 2, 4, 8], share))).toEqual([
      1,
      expect.closeTo(1.3, 12),
      3,
      expect.closeTo(7.7, 12),
      8,
    ]);
  });
});
