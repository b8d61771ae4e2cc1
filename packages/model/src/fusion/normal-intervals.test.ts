import { expect, it } from 'vitest';
import { intervalsOverNormal } from './normal-intervals.js';

it('measures by intervals between normal beats, where half of the beats come early', () => {
  // 30 regular beats, then N V N V …, V after 0.6 and N after 1.4 s.
  const isNormal = (beat: number) => beat < 30 || beat % 2 === 0;
  const intervals = Float64Array.from({ length: 60 }, (_, beat) => (beat < 30 ? 1 : beat % 2 === 0 ? 1.4 : 0.6));
  const { before, after } = intervalsOverNormal(intervals, isNormal);
  expect(before[41]).toBeCloseTo(0.6);
  expect(after[41]).toBeCloseTo(1.4);
  expect(after[59]).toBe(before[59]);
});

it('follows a rate that changes', () => {
  const intervals = Float64Array.from({ length: 400 }, (_, beat) => 1 - beat / 800);
  const { before } = intervalsOverNormal(intervals, () => true);
  expect(Math.max(...before.subarray(20, 380).map((x) => Math.abs(x - 1)))).toBeLessThan(0.01);
});

it('takes all intervals where few are between normal beats', () => {
  const { before } = intervalsOverNormal(Float64Array.of(2, 2, 2, 4), () => false);
  expect([...before]).toEqual([1, 1, 1, 2]);
  expect(intervalsOverNormal(new Float64Array(), () => true).before).toHaveLength(0);
});
