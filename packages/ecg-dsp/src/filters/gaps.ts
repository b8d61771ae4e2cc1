import { EcgError } from '../errors.js';
import { requireSamplingRate } from './finite.js';

export interface FilledSignal {
  /** The signal with straight lines over its gaps, finite throughout; zeros where there is no sample at all. */
  readonly filled: Float64Array;
  /** Gaps as [from, to) in samples, in order. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
}

/** Draws straight lines over samples that are NaN or infinite; the end sample is repeated where a gap reaches an end. */
export function fillGaps(samples: ArrayLike<number>): FilledSignal {
  const filled = Float64Array.from(samples);
  const gaps: [number, number][] = [];
  let last = -1;
  for (let i = 0; i <= filled.length; i++) {
    if (i < filled.length && !Number.isFinite(filled[i]!)) continue;
    if (i - last > 1) {
      const before = last >= 0 ? filled[last]! : i < filled.length ? filled[i]! : 0;
      const after = i < filled.length ? filled[i]! : before;
      for (let k = last + 1; k < i; k++) filled[k] = before + ((after - before) * (k - last)) / (i - last);
      gaps.push([last + 1, i]);
    }
    last = i;
  }
  return { filled, gaps };
}

/**
 * Applies a filter that knows nothing of gaps to a signal that has some. Gaps up to `bridge` seconds inside of the signal are bridged by
 * straight lines. At longer ones, and at those that reach an end, the signal is cut: each piece is filtered on its own, and the gap
 * stays NaN, so nothing is smeared across it. A piece that the filter refuses as too short becomes NaN too.
 *
 * @param samples N samples, NaN or infinite where there are none.
 * @param fs samples per second.
 * @param filter takes finite samples and returns as many.
 * @param bridge seconds. Default 0.1.
 * @returns N samples.
 * @throws EcgError `FS_INVALID`; `GAP_OPTION` where `bridge` is below 0; and what the filter throws but `SIGNAL_TOO_SHORT`.
 */
export function acrossGaps(
  samples: ArrayLike<number>,
  fs: number,
  filter: (piece: Float64Array) => ArrayLike<number>,
  bridge = 0.1,
): Float64Array {
  requireSamplingRate(fs);
  if (!(bridge >= 0))
    throw new EcgError('GAP_OPTION', `Gaps of ${bridge} s cannot be bridged.`, {
      where: 'bridge',
      fix: 'Give seconds, 0 or more.',
    });
  const { filled, gaps } = fillGaps(samples);
  const out = new Float64Array(filled.length).fill(Number.NaN);
  const cuts = gaps.filter(([from, to]) => to - from > bridge * fs + 1e-9 || from === 0 || to === filled.length);
  let start = 0;
  for (const [from, to] of [...cuts, [filled.length, filled.length] as const]) {
    if (from > start) {
      try {
        out.set(filter(filled.slice(start, from)), start);
      } catch (error) {
        if (!(error instanceof EcgError && error.code === 'SIGNAL_TOO_SHORT')) throw error;
      }
    }
    start = to;
  }
  return out;
}
