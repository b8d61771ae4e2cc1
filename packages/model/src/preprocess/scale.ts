import type { InputContract } from './contract.js';
import { medianInPlace } from './median.js';

/** Maximum - minimum of the signal within `R ± reach`, per beat, in the signal's unit; the ends of the signal cut it short. */
export function beatRanges(samples: Float64Array, positions: ArrayLike<number>, reach: number): Float64Array {
  return Float64Array.from(positions, (position) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const to = Math.min(samples.length - 1, position + reach);
    for (let i = Math.max(0, position - reach); i <= to; i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    return high - low;
  });
}

/**
 * What a record is divided by: the median range of its usable beats. Beats at the record's ends do not count, as the
 * filters ring there, unless there are no others.
 *
 * @param ranges of each beat, as {@link beatRanges} gives them.
 * @param usable whether the beat lies on signal.
 * @param length samples in the record at the contract's rate.
 * @returns mV, at least the contract's minimum.
 */
export function amplitudeScale(
  ranges: Float64Array,
  positions: ArrayLike<number>,
  usable: (beat: number) => boolean,
  length: number,
  { scale }: InputContract,
): number {
  const { edge, minimum } = scale;
  const sound = ranges.filter((_, beat) => usable(beat));
  const inner = ranges.filter(
    (_, beat) => usable(beat) && positions[beat]! >= edge && positions[beat]! < length - edge,
  );
  const counted = inner.length > 0 ? inner : sound;
  return counted.length === 0 ? minimum : Math.max(minimum, medianInPlace(counted));
}
