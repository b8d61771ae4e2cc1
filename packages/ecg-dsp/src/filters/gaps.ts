export interface FilledSignal {
  /** The signal with straight lines over its gaps, finite throughout; zeros where there is no sample at all. */
  readonly filled: Float64Array;
  /** Whether the sample at this index was missing. */
  readonly missing: (index: number) => boolean;
}

/**
 * Draws straight lines over samples that are NaN or infinite, so that what needs finite numbers can run; the end sample is
 * repeated where a gap reaches an end. The caller leaves out what falls on a missing sample.
 */
export function fillGaps(samples: ArrayLike<number>): FilledSignal {
  const filled = Float64Array.from(samples);
  let last = -1;
  for (let i = 0; i <= filled.length; i++) {
    if (i < filled.length && !Number.isFinite(filled[i]!)) continue;
    if (i - last > 1) {
      const before = last >= 0 ? filled[last]! : i < filled.length ? filled[i]! : 0;
      const after = i < filled.length ? filled[i]! : before;
      for (let k = last + 1; k < i; k++) filled[k] = before + ((after - before) * (k - last)) / (i - last);
    }
    last = i;
  }
  return { filled, missing: (index) => !Number.isFinite(samples[index]!) };
}
