import { medianInPlace } from '../preprocess/median.js';

/** Intervals of which the usual one nearby is the median. */
const NEARBY = 21;

/**
 * The interval before and after each beat over the usual interval nearby: the median of the 21 nearest that lie between two
 * normal beats, as that of all would be short where every other beat comes early. Where there are fewer, of all.
 *
 * @param intervals before each beat, in any unit.
 * @param isNormal whether a beat is called normal.
 * @returns [beats] each; 1 is on time. After the last beat stands what is before it.
 */
export function intervalsOverNormal(
  intervals: Float64Array,
  isNormal: (beat: number) => boolean,
): { readonly before: Float64Array; readonly after: Float64Array } {
  const beats = [...intervals.keys()];
  const regular = beats.filter((beat) => beat > 0 && isNormal(beat) && isNormal(beat - 1));
  const known = regular.length >= NEARBY ? regular : beats;
  const size = Math.min(NEARBY, known.length);
  const usual = new Float64Array(intervals.length);
  let next = 0;
  for (const beat of beats) {
    while (next < known.length && known[next]! < beat) next++;
    const from = Math.max(0, Math.min(known.length - size, next - (size >> 1)));
    usual[beat] = medianInPlace(Float64Array.from(known.slice(from, from + size), (other) => intervals[other]!));
  }
  const over = (beat: number, of: number) => intervals[of]! / usual[beat]!;
  return {
    before: Float64Array.from(beats, (beat) => over(beat, beat)),
    after: Float64Array.from(beats, (beat) => over(beat, Math.min(beats.length - 1, beat + 1))),
  };
}
