import type { InputContract } from './contract.js';
import { medianInPlace } from './median.js';

/**
 * Which beats make a record's template: those that do not come early, so that a record full of premature beats does not
 * take them for its norm; all usable beats where too few are left; evenly chosen where there are many.
 *
 * @param intervals seconds before each beat, NaN where there is none.
 * @returns beat indices, rising.
 */
export function templateBeats(
  intervals: Float64Array,
  usable: (beat: number) => boolean,
  { template }: InputContract,
): Uint32Array {
  const mean = intervals.reduce((sum, r) => sum + r, 0) / intervals.length;
  const all = Uint32Array.from(intervals.keys()).filter(usable);
  const onTime = all.filter((beat) => intervals[beat]! >= template.minimumInterval * mean);
  const candidates = onTime.length >= template.fewest ? onTime : all;
  if (candidates.length <= template.most) return candidates;
  if (template.most === 1) return candidates.subarray(0, 1);
  const step = (candidates.length - 1) / (template.most - 1);
  return Uint32Array.from({ length: template.most }, (_, k) => {
    const last = k === template.most - 1;
    return candidates[last ? candidates.length - 1 : Math.floor(k * step)]!;
  });
}

/**
 * The sample-wise median of some beats.
 *
 * @param windows [beats, length].
 * @param chosen beat indices; zeros come back where there are none.
 * @returns `length` values in the windows' unit.
 */
export function medianBeat(windows: Float64Array, length: number, chosen: Uint32Array): Float64Array {
  const column = new Float64Array(chosen.length);
  return Float64Array.from({ length }, (_, i) => {
    if (chosen.length === 0) return 0;
    for (const [k, beat] of chosen.entries()) column[k] = windows[beat * length + i]!;
    return medianInPlace(column);
  });
}
