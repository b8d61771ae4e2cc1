import { type Sos, sosfilt, sosfiltInitialState } from '../filters/sos.js';

/**
 * Causal filtering of a signal that has no end, in the state that the first sample would have left behind for ever, so that the
 * signal does not begin with a step. Any chunks give the same bits as the whole at once. A NaN or infinite sample gives NaN, and after it
 * the filter begins anew: nothing is smeared.
 */
export class SosStream {
  private readonly rest: Float64Array;
  private state: Float64Array | undefined;

  constructor(private readonly sos: Sos) {
    this.rest = sosfiltInitialState(sos);
  }

  /** @returns as many samples as were pushed, without look-ahead; their delay is the filter's own group delay. */
  push(samples: ArrayLike<number>): Float64Array {
    const out = new Float64Array(samples.length).fill(Number.NaN);
    for (let from = 0; from < samples.length; ) {
      let to = from;
      while (to < samples.length && Number.isFinite(samples[to]!)) to++;
      if (to > from) {
        const piece = Float64Array.from({ length: to - from }, (_, i) => samples[from + i]!);
        this.state ??= this.rest.map((value) => value * piece[0]!);
        out.set(sosfilt(this.sos, piece, this.state), from);
      }
      if (to < samples.length) this.state = undefined;
      from = to + 1;
    }
    return out;
  }
}

/**
 * Samples by which a filter delays a slow change around `frequency`: the negative slope of its phase over angular frequency.
 *
 * @param frequency Hz, below fs / 2.
 * @param fs samples per second.
 */
export function groupDelay(sos: Sos, frequency: number, fs: number): number {
  const w = (2 * Math.PI * frequency) / fs;
  const polynomialDelay = (c: readonly number[]) => {
    // Delay of c0 + c1 z^-1 + c2 z^-2: the real part of (sum of k ck z^-k) / (sum of ck z^-k).
    const re = (weights: readonly number[]) => weights.reduce((sum, value, k) => sum + value * Math.cos(w * k), 0);
    const im = (weights: readonly number[]) => weights.reduce((sum, value, k) => sum - value * Math.sin(w * k), 0);
    const ramped = c.map((value, k) => k * value);
    return (re(ramped) * re(c) + im(ramped) * im(c)) / (re(c) ** 2 + im(c) ** 2);
  };
  return sos.reduce(
    (total, [b0, b1, b2, a0, a1, a2]) => total + polynomialDelay([b0, b1, b2]) - polynomialDelay([a0, a1, a2]),
    0,
  );
}
