import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeBaselineMedian } from '../filters/median.js';
import { removeBaselineWavelet } from '../filters/wavelet.js';
import { MedianBaselineStream, WaveletBaselineStream } from './baseline-streams.js';
import { ecg, expectLatency, fs, streamed } from './streamed.fixture.js';

const sizes = fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 8 });
const code = (expected: string) => expect.objectContaining({ name: 'EcgError', code: expected });

describe('baseline streams', () => {
  it('give the bits of the whole-signal forms, for any chunks and lengths', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 9000 }), (chunks, length) => {
        const signal = ecg.subarray(0, length);
        expect(streamed(new MedianBaselineStream(fs), signal, chunks)).toEqual([...removeBaselineMedian(signal, fs)]);
        expect(streamed(new WaveletBaselineStream(fs), signal, chunks)).toEqual([...removeBaselineWavelet(signal, fs)]);
      }),
      { numRuns: 15 },
    );
  });

  it('do so for the shortest signals too', () => {
    for (let length = 0; length < 60; length++) {
      const signal = ecg.subarray(0, length);
      expect(streamed(new WaveletBaselineStream(fs, 10), signal, [3, 7])).toEqual([
        ...removeBaselineWavelet(signal, fs, 10),
      ]);
    }
  });

  it('hand everything out in time, and hold no more than they need', () => {
    expectLatency(new MedianBaselineStream(fs), ecg);
    expectLatency(new WaveletBaselineStream(fs), ecg);
    expectLatency(new WaveletBaselineStream(fs, 60), ecg.slice(0, 2000));
  });

  it('refuse NaN and a cutoff that no level has', () => {
    expect(() => new WaveletBaselineStream(fs).push([Number.NaN])).toThrow(code('SIGNAL_NOT_FINITE'));
    expect(() => new MedianBaselineStream(fs).push([Number.NaN])).toThrow(code('SIGNAL_NOT_FINITE'));
    expect(() => new WaveletBaselineStream(fs, 100)).toThrow(code('CUTOFF_OUT_OF_RANGE'));
    expect(() => new MedianBaselineStream(0)).toThrow(code('FS_INVALID'));
  });
});
