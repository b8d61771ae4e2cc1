import { EcgError } from '../errors.js';
import { requireFinite, requireSamplingRate } from './finite.js';

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
  if (![up, down].every((factor) => Number.isInteger(factor) && factor >= 1 && factor <= MAX_FACTOR)) {
    throw new EcgError('RESAMPLE_RATIO', `Cannot resample by ${up} / ${down}.`, {
      where: 'up, down',
      fix: `Give two integers from 1 to ${MAX_FACTOR}.`,
    });
  }
  requireFinite(samples);
  const divisor = greatestCommonDivisor(up, down);
  const u = up / divisor;
  const d = down / divisor;
  if (u === 1 && d === 1) return Float64Array.from(samples);
  const n = samples.length;
  const out = new Float64Array(Math.ceil((n * u) / d));
  if (n === 0) return out;
  const half = 10 * Math.max(u, d);
  const taps = kaiserLowpass(half, 1 / Math.max(u, d));
  const line = (options.padType ?? 'line') === 'line';
  const first = samples[0]!;
  const slope = n > 1 ? (samples[n - 1]! - first) / (n - 1) : 0;
  for (let m = 0; m < out.length; m++) {
    // Output m stands at input time m d / u; tap j weighs input i where j = m d - i u + half.
    const centre = m * d + half;
    const from = Math.ceil((centre - 2 * half) / u);
    const to = Math.floor(centre / u);
    let sum = 0;
    for (let i = from; i <= to; i++) {
      const x = i >= 0 && i < n ? samples[i]! : line ? first + slope * i : 0;
      sum += taps[centre - i * u]! * x;
    }
    out[m] = sum * u;
  }
  return out;
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

const MAX_FACTOR = 100_000;

/** Taps of `firwin(2 half + 1, cutoff, window=('kaiser', 5))`; the cutoff is relative to Nyquist. */
function kaiserLowpass(half: number, cutoff: number): Float64Array {
  const beta = 5;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, j) => {
    const t = j - half;
    const angle = Math.PI * cutoff * t;
    const sinc = t === 0 ? 1 : Math.sin(angle) / angle;
    return cutoff * sinc * (besselI0(beta * Math.sqrt(1 - (t / half) ** 2)) / besselI0(beta));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0: the power series, which for x <= 5 converges in 25 terms. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Continued fraction of a positive ratio, until it is met to 1e-9. */
function rationalRatio(ratio: number): [number, number] {
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
