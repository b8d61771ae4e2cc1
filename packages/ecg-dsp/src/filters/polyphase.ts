import { EcgError } from '../errors.js';

/** Factors up to this: the filter then has two million taps. */
export const MAX_FACTOR = 100_000;

/** The filter of a resampling by up / down (Kaiser window, beta 5, cut at the lower Nyquist frequency), one output at a time. */
export class Polyphase {
  /** The factors without their common divisor. */
  readonly up: number;
  readonly down: number;
  /** Taps on each side of the middle one, at `up` times the input's rate. */
  readonly half: number;
  private readonly taps: Float64Array;

  /** @throws EcgError `RESAMPLE_RATIO` unless both factors are positive integers up to 100,000. */
  constructor(up: number, down: number) {
    if (![up, down].every((factor) => Number.isInteger(factor) && factor >= 1 && factor <= MAX_FACTOR)) {
      throw new EcgError('RESAMPLE_RATIO', `Cannot resample by ${up} / ${down}.`, {
        where: 'up, down',
        fix: `Give two integers from 1 to ${MAX_FACTOR}.`,
      });
    }
    const divisor = greatestCommonDivisor(up, down);
    this.up = up / divisor;
    this.down = down / divisor;
    const largest = Math.max(this.up, this.down);
    this.half = largest === 1 ? 0 : 10 * largest;
    this.taps = largest === 1 ? Float64Array.of(1) : kaiserLowpass(this.half, 1 / largest).map((tap) => tap * this.up);
  }

  /** Output samples that `length` input samples make. */
  outputLength(length: number): number {
    return Math.ceil((length * this.up) / this.down);
  }

  /** Index of the first input sample that output m depends on; may be below 0. */
  oldest(m: number): number {
    return Math.ceil((m * this.down - this.half) / this.up);
  }

  /** Index of the last input sample that output m depends on; may be beyond the end. */
  newest(m: number): number {
    return Math.floor((m * this.down + this.half) / this.up);
  }

  /** Output m, which stands at input time m down / up. @param at the input sample of any index. */
  output(m: number, at: (index: number) => number): number {
    const centre = m * this.down + this.half;
    const newest = this.newest(m);
    let sum = 0;
    for (let i = this.oldest(m); i <= newest; i++) sum += this.taps[centre - i * this.up]! * at(i);
    return sum;
  }
}

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
