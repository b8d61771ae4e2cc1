import { describe, expect, it } from 'vitest';
import { rhythmFeatures, rrIntervals } from './rhythm.js';
import { segmentBeats } from './segment.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

describe('segmentBeats', () => {
  const signal = Float64Array.from({ length: 10 }, (_, i) => i + 1);

  it('cuts [peak - before, peak + after) and pads the ends with counted zeros', () => {
    const windows = segmentBeats(signal, [0, 5, 9], { before: 2, after: 3 });
    expect([...windows.data]).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 0, 0]);
    expect([...windows.padded]).toEqual([2, 0, 2]);
    expect([windows.count, windows.length]).toEqual([3, 5]);
  });

  it('keeps NaN and refuses peaks that are not in the signal', () => {
    expect([...segmentBeats([1, Number.NaN, 3], [1], { before: 1, after: 2 }).data]).toEqual([1, Number.NaN, 3]);
    expect(() => segmentBeats(signal, [10], { before: 2, after: 3 })).toThrow(code('PEAK_OUT_OF_RANGE'));
    expect(() => segmentBeats(signal, [-1], { before: 2, after: 3 })).toThrow(code('PEAK_OUT_OF_RANGE'));
    expect(() => segmentBeats(signal, [3], { before: 0, after: 0 })).toThrow(code('WINDOW_SHAPE'));
  });
});

describe('rhythm', () => {
  const peaks = [100, 200, 290, 400, 520];

  it('takes intervals in seconds and gives the first beat the second one', () => {
    expect([...rrIntervals(peaks, 100)]).toEqual([1, 1, 0.9, 1.1, 1.2]);
    expect([...rrIntervals([5], 100)]).toEqual([Number.NaN]);
    expect([...rrIntervals([], 100)]).toEqual([]);
  });

  it('gives pre, post, local and global intervals', () => {
    const features = rhythmFeatures(peaks, 100, { localBeats: 2 });
    expect([...features.post]).toEqual([1, 0.9, 1.1, 1.2, 1.2]);
    [1, 1, 0.95, 1, 1.15].forEach((value, i) => {
      expect(features.local[i]).toBeCloseTo(value, 12);
      expect(features.global[i]).toBeCloseTo(1.04, 12);
    });
  });

  it('looks at nothing later than the next beat when the global mean is over the last seconds', () => {
    const early = rhythmFeatures(peaks.slice(0, 4), 100, { globalSeconds: 2 });
    const whole = rhythmFeatures(peaks, 100, { globalSeconds: 2 });
    for (const name of ['pre', 'local', 'global'] as const) expect(whole[name].slice(0, 4)).toEqual(early[name]);
    expect(whole.post.slice(0, 3)).toEqual(early.post.slice(0, 3));
    expect(whole.global[3]).toBeCloseTo(1, 12);
    expect(whole.global[4]).toBeCloseTo((1.1 + 1.2) / 2, 12);
  });

  it('refuses beats out of order and options without meaning', () => {
    expect(() => rrIntervals([5, 5], 100)).toThrow(code('PEAKS_NOT_RISING'));
    expect(() => rhythmFeatures(peaks, 100, { localBeats: 0 })).toThrow(code('RHYTHM_OPTION'));
    expect(() => rhythmFeatures(peaks, 100, { globalSeconds: 0 })).toThrow(code('RHYTHM_OPTION'));
    expect(() => rrIntervals(peaks, Number.NaN)).toThrow(code('FS_INVALID'));
  });
});
