import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { rhythmFeatures, rrIntervals } from '../beats/rhythm.js';
import { folderSource } from '../node/folder-source.js';
import { isBeatSymbol, readAnnotations } from '../wfdb/index.js';
import { hrvStatistics } from './time-domain.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

describe('hrvStatistics', () => {
  it('counts only differences of intervals that share a beat', () => {
    const beats = [0, 100, 200, 280, 420, 520, 630];
    const found = hrvStatistics(beats, 100, (i) => i !== 3);
    expect(found).toMatchObject({ intervals: 4, pairs: 2, meanNn: 1025, pnn50: 50 });
    expect(found.rmssd).toBeCloseTo(Math.sqrt((0 + 100 ** 2) / 2), 12);
  });

  it('says null where there are too few beats', () => {
    const none = { intervals: 0, pairs: 0, meanNn: null, meanHeartRate: null, sdnn: null, rmssd: null, pnn50: null };
    expect(hrvStatistics([], 360)).toEqual(none);
    expect(hrvStatistics([7], 360)).toEqual(none);
    expect(hrvStatistics([0, 360], 360)).toEqual({ ...none, intervals: 1, meanNn: 1000, meanHeartRate: 60 });
    expect(() => hrvStatistics([5, 5], 360)).toThrow(code('PEAKS_NOT_RISING'));
  });
});

describe('record 100, against figures computed from its annotations with numpy', () => {
  it('has the heart rate variability of its normal beats', async (context) => {
    const { annotations } = await readAnnotations(folderSource(dataFolder(context, 'mitdb')), '100', 'atr');
    const beats = annotations.filter(({ symbol }) => isBeatSymbol(symbol));
    const samples = beats.map(({ sample }) => sample);
    const nn = hrvStatistics(samples, 360, (i) => beats[i]!.symbol === 'N');
    expect([nn.intervals, nn.pairs]).toEqual([2204, 2169]);
    expect(nn.meanNn).toBeCloseTo(795.011595, 6);
    expect(nn.sdnn).toBeCloseTo(35.960902, 6);
    expect(nn.rmssd).toBeCloseTo(27.480544, 6);
    expect(nn.pnn50).toBeCloseTo(5.763024, 6);
    expect(nn.meanHeartRate).toBeCloseTo(75.470597, 6);
    const all = hrvStatistics(samples, 360);
    expect(all.meanNn).toBeCloseTo(794.593603286385, 9);
    expect(all.sdnn).toBeCloseTo(48.8461463782263, 9);
    expect(all.rmssd).toBeCloseTo(63.231788265446646, 9);
  });

  it('has the intervals of its premature beats', async (context) => {
    const { annotations } = await readAnnotations(folderSource(dataFolder(context, 'mitdb')), '100', 'atr');
    const samples = annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample);
    const { pre, post, local } = rhythmFeatures(samples, 360);
    expect([samples[7], samples[230]]).toEqual([2044, 66792]);
    expect(pre[7]).toBeCloseTo(0.652777777, 8);
    expect(post[7]).toBeCloseTo(0.994444444, 8);
    expect(pre[230]).toBeCloseTo(0.522222222, 8);
    expect(post[230]).toBeCloseTo(0.938888888, 8);
    expect(local[230]).toBeCloseTo(0.776111111, 8);
    expect(Math.min(...rrIntervals(samples, 360))).toBeCloseTo(0.5222222, 7);
    expect(Math.max(...rrIntervals(samples, 360))).toBeCloseTo(1.1305556, 7);
  });
});
