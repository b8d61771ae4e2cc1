import { EcgError } from '../errors.js';

export interface BeatWindows {
  /** `count * length` values, one window after the other: `data[b * length + before]` is the sample at peak b. */
  readonly data: Float64Array;
  readonly count: number;
  readonly length: number;
  /** Per window: samples that lay before the first or after the last sample of the signal and are zeros here. */
  readonly padded: Uint32Array;
}

export interface WindowShape {
  /** Samples of the window before the peak. */
  readonly before: number;
  /** Samples from the peak on, the peak's own included. */
  readonly after: number;
}

/**
 * Cuts one window per beat, `[peak - before, peak + after)`. No beat is lost: what lies outside of the signal is zero and is
 * counted in `padded`. NaN inside of the signal stays NaN.
 *
 * @param samples the signal, any unit.
 * @param peaks sample indices, inside of the signal.
 * @throws EcgError `WINDOW_SHAPE` for a negative, fractional or empty window, `PEAK_OUT_OF_RANGE` for a peak outside of the signal.
 */
export function segmentBeats(
  samples: ArrayLike<number>,
  peaks: ArrayLike<number>,
  { before, after }: WindowShape,
): BeatWindows {
  const length = before + after;
  if (!(Number.isInteger(before) && Number.isInteger(after) && before >= 0 && after >= 0 && length > 0)) {
    throw new EcgError(
      'WINDOW_SHAPE',
      `A window of ${before} samples before and ${after} after the peak cannot be cut.`,
      {
        where: 'before, after',
        fix: 'Give two whole numbers of samples, not both 0.',
      },
    );
  }
  const count = peaks.length;
  const data = new Float64Array(count * length);
  const padded = new Uint32Array(count);
  for (let b = 0; b < count; b++) {
    const peak = peaks[b]!;
    if (!(Number.isInteger(peak) && peak >= 0 && peak < samples.length)) {
      throw new EcgError('PEAK_OUT_OF_RANGE', `Beat ${b} is at sample ${peak} of a signal of ${samples.length}.`, {
        where: 'peaks',
        fix: 'Give sample indices of this very signal, at its own sampling rate.',
      });
    }
    const start = peak - before;
    const from = Math.max(0, start);
    const to = Math.min(samples.length, peak + after);
    for (let i = from; i < to; i++) data[b * length + i - start] = samples[i]!;
    padded[b] = length - (to - from);
  }
  return { data, count, length, padded };
}
