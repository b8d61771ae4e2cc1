import { EcgError } from '../errors.js';
import { requireFinite, requireSamplingRate } from './finite.js';
import { MAX_FACTOR, Polyphase } from './polyphase.js';

export interface ResampleOptions {
  /**
   * What lies beyond the ends, scipy's `padtype`: the straight line through the first and last sample (default: no dip to
   * zero at the ends of an ECG with an offset), or zeros (`constant`, scipy's own default).
   */
  readonly padType?: 'line' | 'constant';
}

/**
 * Resamples by the ratio up / down with a linear-phase FIR (Kaiser window, beta 5, cut at the lower Nyquist frequency).
 * Equal to `scipy.signal.resample_poly(samples, up, down, padtype=padType)`.
 *
 * @param samples N finite samples.
 * @returns ceil(N up / down) samples, the first at the time of the input's first.
 * @throws EcgError `RESAMPLE_RATIO` unless both factors are positive integers up to 100,000; `SIGNAL_NOT_FINITE`.
 */
export function resamplePoly(
  samples: ArrayLike<number>,
  up: number,
  down: number,
  options: ResampleOptions = {},
): Float64Array {
  const filter = new Polyphase(up, down);
  requireFinite(samples);
  const n = samples.length;
  const line = (options.padType ?? 'line') === 'line';
  const first = samples[0] ?? 0;
  const slope = n > 1 ? (samples[n - 1]! - first) / (n - 1) : 0;
  const at = (i: number) => (i >= 0 && i < n ? samples[i]! : line ? first + slope * i : 0);
  return Float64Array.from({ length: filter.outputLength(n) }, (_, m) => filter.output(m, at));
}

/**
 * Resamples from one sampling rate to another, by the nearest ratio of integers.
 *
 * @param fromFs samples per second of the input.
 * @param toFs samples per second wanted.
 * @returns ceil(N toFs / fromFs) samples.
 * @throws EcgError `FS_INVALID`; `RESAMPLE_RATIO` when no ratio with factors up to 100,000 is within 1e-9 of toFs / fromFs.
 */
export function resampleTo(
  samples: ArrayLike<number>,
  fromFs: number,
  toFs: number,
  options: ResampleOptions = {},
): Float64Array {
  requireSamplingRate(fromFs);
  requireSamplingRate(toFs);
  const [up, down] = rationalRatio(toFs / fromFs);
  return resamplePoly(samples, up, down, options);
}

/**
 * Every `factor`-th sample, from the first, and nothing else: for signals that already hold nothing above the new Nyquist
 * frequency.
 *
 * @returns ceil(N / factor) samples.
 * @throws EcgError `RESAMPLE_RATIO` unless the factor is a positive integer.
 */
export function decimate(samples: ArrayLike<number>, factor: number): Float64Array {
  if (!(Number.isInteger(factor) && factor >= 1)) {
    throw new EcgError('RESAMPLE_RATIO', `Cannot keep every ${factor}-th sample.`, {
      where: 'factor',
      fix: 'Give a positive integer.',
    });
  }
  return Float64Array.from({ length: Math.ceil(samples.length / factor) }, (_, i) => samples[i * factor]!);
}

/**
 * A positive ratio as up / down: its continued fraction, until it is met to 1e-9.
 *
 * @throws EcgError `RESAMPLE_RATIO` when no factors up to 100,000 do.
 */
export function rationalRatio(ratio: number): [number, number] {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let rest = ratio;
  for (;;) {
    const whole = Math.floor(rest);
    [p0, q0, p1, q1] = [p1, q1, whole * p1 + p0, whole * q1 + q0];
    if (p1 > MAX_FACTOR || q1 > MAX_FACTOR) {
      throw new EcgError('RESAMPLE_RATIO', `No ratio of integers up to ${MAX_FACTOR} is ${ratio}.`, {
        where: 'fromFs, toFs',
        fix: 'Round the sampling rates, or resample in two steps.',
      });
    }
    if (p1 > 0 && Math.abs(p1 / q1 - ratio) <= 1e-9 * ratio) return [p1, q1];
    rest = 1 / (rest - whole);
  }
}
