import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { butterworth } from './butterworth.js';
import { filtfilt, lfilter } from './filtfilt.js';
import { acrossGaps, fillGaps } from './gaps.js';
import { baselineMedian, medianFilter, removeBaselineMedian } from './median.js';
import { notch } from './notch.js';
import { decimate, resamplePoly, resampleTo } from './resample.js';
import vectors from './scipy.vectors.json';
import { sosfilt, sosfiltfilt } from './sos.js';
import { removeBaselineWavelet } from './wavelet.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });
// Adding zero turns -0, which toEqual tells from 0, into 0.
const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true }).map((value) => value + 0);

describe('sosfiltfilt', () => {
  const highpass = butterworth({ order: 2, type: 'highpass', cutoff: 0.5, fs: 360 });

  it('leaves nothing of a constant under a high-pass and all of it under a low-pass', () => {
    const constant = new Float64Array(500).fill(7.25);
    const lowpass = butterworth({ order: 4, type: 'lowpass', cutoff: 40, fs: 360 });
    expect(Math.max(...sosfiltfilt(highpass, constant).map(Math.abs))).toBeLessThan(1e-9);
    expect(Math.max(...sosfiltfilt(lowpass, constant).map((y) => Math.abs(y - 7.25)))).toBeLessThan(1e-9);
  });

  it('refuses signals shorter than the extension, and takes them with a smaller one', () => {
    expect(() => sosfiltfilt(highpass, new Float64Array(9))).toThrow(code('SIGNAL_TOO_SHORT'));
    expect(() => sosfiltfilt(highpass, [])).toThrow(code('SIGNAL_TOO_SHORT'));
    expect(sosfiltfilt(highpass, [1, 2], { padLength: 0 })).toHaveLength(2);
  });

  it('refuses NaN instead of smearing it', () => {
    const signal = new Float64Array(100);
    signal[40] = Number.NaN;
    expect(() => sosfiltfilt(highpass, signal)).toThrow(code('SIGNAL_NOT_FINITE'));
  });
});

describe('sosfilt', () => {
  it('gives the same bits in any chunks, when the state is carried', () => {
    const sos = butterworth({ order: 3, type: 'bandpass', cutoff: [0.5, 40], fs: 360 });
    const whole = sosfilt(sos, vectors.x);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 12 }), (sizes) => {
        const state = new Float64Array(2 * sos.length);
        const pieces: number[] = [];
        for (const size of [...sizes, vectors.x.length])
          pieces.push(...sosfilt(sos, vectors.x.slice(pieces.length, pieces.length + size), state));
        expect(pieces).toEqual([...whole]);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a state of another filter', () => {
    expect(() =>
      sosfilt(butterworth({ order: 2, type: 'lowpass', cutoff: 1, fs: 10 }), [1], new Float64Array(4)),
    ).toThrow(code('FILTER_STATE'));
  });
});

describe('butterworth', () => {
  it('refuses what cannot be designed', () => {
    expect(() => butterworth({ order: 0, type: 'lowpass', cutoff: 10, fs: 100 })).toThrow(code('FILTER_ORDER'));
    expect(() => butterworth({ order: 2, type: 'lowpass', cutoff: 50, fs: 100 })).toThrow(code('CUTOFF_OUT_OF_RANGE'));
    expect(() => butterworth({ order: 2, type: 'highpass', cutoff: Number.NaN, fs: 100 })).toThrow(
      code('CUTOFF_OUT_OF_RANGE'),
    );
    expect(() => butterworth({ order: 2, type: 'bandpass', cutoff: [20, 5], fs: 100 })).toThrow(
      code('CUTOFF_OUT_OF_RANGE'),
    );
    expect(() => butterworth({ order: 2, type: 'lowpass', cutoff: 10, fs: 0 })).toThrow(code('FS_INVALID'));
  });
});

describe('medianFilter', () => {
  it('is the median of each window, for any values, widths and edges', () => {
    const lattice = fc.oneof(finite, fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(
        fc.array(lattice, { maxLength: 60 }),
        fc.integer({ min: 0, max: 12 }),
        fc.boolean(),
        (x, half, zero) => {
          const y = medianFilter(x, 2 * half + 1, { edges: zero ? 'zero' : 'replicate' });
          const at = (i: number) => (i < 0 ? (zero ? 0 : x[0]!) : i < x.length ? x[i]! : zero ? 0 : x.at(-1)!);
          const expected = x.map(
            (_, i) => Array.from({ length: 2 * half + 1 }, (_, k) => at(i - half + k)).sort((a, b) => a - b)[half]!,
          );
          expect([...y]).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses even widths and NaN', () => {
    expect(() => medianFilter([1, 2], 4)).toThrow(code('MEDIAN_WIDTH'));
    expect(() => medianFilter([1, Number.NaN], 3)).toThrow(code('SIGNAL_NOT_FINITE'));
  });

  it('gives the published baseline: medians of 71 and 215 samples at 360 Hz', () => {
    const baseline = baselineMedian(vectors.x, 360, { edges: 'zero' });
    const expected = new Map([
      [0, 0],
      [35, 0.416270366469397],
      [150, 0.0446950641175312],
      [360, 0.496906838656442],
      [719, 0.328188348216652],
    ]);
    for (const [index, value] of expected) expect(baseline[index]).toBeCloseTo(value, 12);
    expect(removeBaselineMedian(vectors.x, 360, { edges: 'zero' })[360]).toBeCloseTo(
      vectors.x[360]! - 0.496906838656442,
      12,
    );
  });
});

describe('resampling', () => {
  it('keeps a straight line straight up to its ends', () => {
    const ramp = Float64Array.from({ length: 200 }, (_, i) => 5 + 0.25 * i);
    resamplePoly(ramp, 3, 2).forEach((y, m) => {
      expect(Math.abs(y - (5 + (0.25 * m * 2) / 3))).toBeLessThan(1e-3 * y);
    });
  });

  it('finds the ratio of two rates', () => {
    expect(resampleTo(vectors.x, 360, 250)).toEqual(resamplePoly(vectors.x, 25, 36));
    expect(resampleTo(vectors.x, 128.5, 257)).toEqual(resamplePoly(vectors.x, 2, 1));
    expect(() => resampleTo(vectors.x, 360, 1e-4)).toThrow(code('RESAMPLE_RATIO'));
    expect(() => resampleTo(vectors.x, 360, Number.NaN)).toThrow(code('FS_INVALID'));
    expect(() => resamplePoly(vectors.x, 1.5, 1)).toThrow(code('RESAMPLE_RATIO'));
  });

  it('decimate picks samples', () => {
    expect([...decimate([0, 1, 2, 3, 4, 5, 6], 3)]).toEqual([0, 3, 6]);
    expect(() => decimate([1], 0)).toThrow(code('RESAMPLE_RATIO'));
  });
});

describe('removeBaselineWavelet', () => {
  const time = Float64Array.from({ length: 3600 }, (_, i) => i / 360);
  const heart = time.map((t) => Math.sin(2 * Math.PI * 8 * t));

  it('takes out what lies below the cutoff and leaves the rest', () => {
    const wander = time.map((t) => 3 + 2 * Math.sin(2 * Math.PI * 0.1 * t));
    const clean = removeBaselineWavelet(
      heart.map((v, i) => v + wander[i]!),
      360,
    );
    const error = clean.map((v, i) => Math.abs(v - heart[i]!));
    expect(Math.max(...error.subarray(360, 3240))).toBeLessThan(0.1);
    expect(Math.max(...removeBaselineWavelet(new Float64Array(500).fill(4), 360).map(Math.abs))).toBeLessThan(1e-9);
  });

  it('refuses cutoffs it cannot meet', () => {
    expect(() => removeBaselineWavelet(heart, 360, 0)).toThrow(code('CUTOFF_OUT_OF_RANGE'));
    expect(() => removeBaselineWavelet(heart, 360, 200)).toThrow(code('CUTOFF_OUT_OF_RANGE'));
    expect(() => removeBaselineWavelet([Number.NaN], 360)).toThrow(code('SIGNAL_NOT_FINITE'));
    expect([...removeBaselineWavelet([], 360)]).toEqual([]);
  });
});

describe('gaps', () => {
  const gap = Number.NaN;

  it('are filled with straight lines', () => {
    const { filled, gaps } = fillGaps([gap, 1, gap, Number.POSITIVE_INFINITY, 4, gap]);
    expect([...filled]).toEqual([1, 1, 2, 3, 4, 4]);
    expect(gaps).toEqual([
      [0, 1],
      [2, 4],
      [5, 6],
    ]);
    expect([...fillGaps([gap, gap]).filled]).toEqual([0, 0]);
  });

  it('are bridged where short and cut where long, and nothing is smeared', () => {
    const pieces: number[][] = [];
    const double = (piece: Float64Array) => {
      pieces.push([...piece]);
      return piece.map((v) => 2 * v);
    };
    expect([...acrossGaps([gap, 1, gap, 3, gap, gap, 5], 10, double)]).toEqual([gap, 2, 4, 6, gap, gap, 10]);
    expect(pieces).toEqual([[1, 2, 3], [5]]);
    expect([...acrossGaps([gap], 10, double)]).toEqual([gap]);
    expect(() => acrossGaps([1], 10, double, -1)).toThrow(code('GAP_OPTION'));
    // 0.29 · 100 is 28.999999999999996: a gap of 29 samples is bridged all the same, as in a stream.
    const long = [0, ...new Array<number>(29).fill(gap), 30];
    expect(acrossGaps(long, 100, double, 0.29).every(Number.isFinite)).toBe(true);
  });

  it('leave each piece what it is without the other', () => {
    const highpass = butterworth({ order: 2, type: 'highpass', cutoff: 0.5, fs: 360 });
    const signal = Float64Array.from(vectors.x);
    signal.fill(gap, 300, 400);
    signal.fill(gap, 405);
    const filtered = acrossGaps(signal, 360, (piece) => sosfiltfilt(highpass, piece));
    expect(filtered.slice(0, 300)).toEqual(sosfiltfilt(highpass, vectors.x.slice(0, 300)));
    // Five samples are fewer than the filter's extension: they are given up, not made up.
    expect(filtered.slice(300).every(Number.isNaN)).toBe(true);
  });
});

it('notch and filtfilt refuse what is no filter', () => {
  expect(() => notch({ frequency: 180, fs: 360 })).toThrow(code('CUTOFF_OUT_OF_RANGE'));
  expect(() => notch({ frequency: 50, quality: 0, fs: 360 })).toThrow(code('NOTCH_QUALITY'));
  expect(() => filtfilt({ b: [], a: [1] }, vectors.x)).toThrow(code('FILTER_COEFFICIENTS'));
  expect(() => filtfilt({ b: [1], a: [0, 1] }, vectors.x)).toThrow(code('FILTER_COEFFICIENTS'));
  expect(() => lfilter({ b: [1, 1], a: [1] }, vectors.x, new Float64Array(2))).toThrow(code('FILTER_STATE'));
});
