import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { butterworth } from '../filters/butterworth.js';
import { medianFilter } from '../filters/median.js';
import { resamplePoly } from '../filters/resample.js';
import vectors from '../filters/scipy.vectors.json';
import { sosfilt, sosfiltInitialState } from '../filters/sos.js';
import { MedianStream } from './median-stream.js';
import { ResampleStream } from './resample-stream.js';
import { groupDelay, SosStream } from './sos-stream.js';

const signal = vectors.x;
const sizes = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 10 });
const code = (expected: string) => expect.objectContaining({ name: 'EcgError', code: expected });

/** Everything a stream gives for the signal cut into chunks of these sizes, and then the rest. */
function streamed(push: (chunk: number[]) => Float64Array, chunks: readonly number[]): number[] {
  const out: number[] = [];
  let from = 0;
  for (const size of [...chunks, signal.length]) {
    out.push(...push(signal.slice(from, from + size)));
    from += size;
  }
  return out;
}

describe('SosStream', () => {
  const sos = butterworth({ order: 2, type: 'bandpass', cutoff: [0.5, 40], fs: 360 });

  it('gives the bits of sosfilt begun at rest, for any chunks', () => {
    const batch = [
      ...sosfilt(
        sos,
        signal,
        sosfiltInitialState(sos).map((value) => value * signal[0]!),
      ),
    ];
    fc.assert(
      fc.property(sizes, (chunks) => {
        const stream = new SosStream(sos);
        expect(streamed((chunk) => stream.push(chunk), chunks)).toEqual(batch);
      }),
    );
  });

  it('begins anew after a gap', () => {
    const stream = new SosStream(sos);
    const out = stream.push([5, 5, Number.NaN, 7, 7]);
    expect([...out].map((y) => Number.isNaN(y))).toEqual([false, false, true, false, false]);
    expect(Math.max(...[0, 1, 3, 4].map((i) => Math.abs(out[i]!)))).toBeLessThan(1e-12);
  });

  it('knows its delay', () => {
    const lowpass = butterworth({ order: 2, type: 'lowpass', cutoff: 40, fs: 360 });
    const delay = groupDelay(lowpass, 5, 360);
    // A 5 Hz sine whose amplitude changes slowly: the envelope's peak comes out `delay` samples later.
    const burst = Float64Array.from(
      { length: 4000 },
      (_, i) => Math.exp(-(((i - 2000) / 400) ** 2)) * Math.sin((2 * Math.PI * 5 * i) / 360),
    );
    const out = sosfilt(lowpass, burst);
    const centre = (x: Float64Array) =>
      x.reduce((sum, v, i) => sum + i * v * v, 0) / x.reduce((sum, v) => sum + v * v, 0);
    expect(centre(out) - centre(burst)).toBeCloseTo(delay, 1);
    expect(delay).toBeGreaterThan(1);
  });
});

describe('MedianStream', () => {
  it('gives what medianFilter gives, for any chunks', () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(1, 3, 71, 801), (chunks, width) => {
        const stream = new MedianStream(width);
        const out = [...streamed((chunk) => stream.push(chunk), chunks)];
        expect(out).toHaveLength(Math.max(0, signal.length - stream.latency));
        expect([...out, ...stream.flush()]).toEqual([...medianFilter(signal, width)]);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses NaN and even widths, and ends without a sample', () => {
    expect(() => new MedianStream(3).push([1, Number.NaN])).toThrow(code('SIGNAL_NOT_FINITE'));
    expect(() => new MedianStream(4)).toThrow(code('MEDIAN_WIDTH'));
    expect(new MedianStream(3).flush()).toHaveLength(0);
  });
});

describe('ResampleStream', () => {
  it('gives the bits of resamplePoly with zeros beyond the ends, for any chunks', () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom([25, 36], [3, 1], [1, 3], [1, 1], [10, 7]), (chunks, [up, down]) => {
        const stream = new ResampleStream(up!, down!);
        const out = streamed((chunk) => stream.push(chunk), chunks);
        expect(out.length).toBeGreaterThanOrEqual(Math.floor(((signal.length - stream.latency - 1) * up!) / down!));
        expect([...out, ...stream.flush()]).toEqual([...resamplePoly(signal, up!, down!, { padType: 'constant' })]);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses NaN and ratios that are none', () => {
    expect(() => new ResampleStream(1, 2).push([Number.NaN])).toThrow(code('SIGNAL_NOT_FINITE'));
    expect(() => new ResampleStream(0, 2)).toThrow(code('RESAMPLE_RATIO'));
  });
});
