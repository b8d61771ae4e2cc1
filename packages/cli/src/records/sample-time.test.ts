import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseTime, sampleAt, secondsAt } from './sample-time.js';

describe('parseTime', () => {
  it.each([
    ['5:00', 108_000],
    ['1:02:03.5', 1_340_460],
    ['300', 108_000],
    ['0.5', 180],
    ['.5', 180],
    ['90:00', 1_944_000],
    ['0', 0],
    ['s1234', 1234],
  ])('%s is sample %d at 360 Hz', (text, sample) => {
    expect(sampleAt(parseTime(text), 360)).toBe(sample);
  });

  it('keeps fractions of a sample for a window', () => {
    expect(secondsAt(parseTime('.15'), 250)).toBe(0.15);
    expect(secondsAt(parseTime('s54'), 360)).toBe(0.15);
  });

  it.each(['', '-5', '1:2:3:4', 'noon', '5:', 's', 's1.5', '1e3', '5:00 ', 'NaN', '.'])('refuses %j', (text) => {
    expect(() => parseTime(text)).toThrow(InvalidArgumentError);
  });
});
