import type { TimeSpread } from './manifest.js';

/** Gains smaller than this are not worth a change, however quiet the machine was. */
const SMALLEST_GAIN = 0.02;

export interface Candidate {
  readonly variant: string;
  /** Its times as multiples of the default's, round by round. */
  readonly ratios: readonly number[];
}

/**
 * The fastest variant, if it is faster than the default by more than the default differs from itself: its median gain
 * above the largest of the control's middle 80 %, and faster in at least three rounds of four. Else null.
 */
export function choose(
  candidates: readonly Candidate[],
  control: readonly number[],
): { readonly variant: string | null; readonly reason: string } {
  const noise = Math.max(SMALLEST_GAIN, 1 - quantile(control, 0.1), quantile(control, 0.9) - 1);
  const ranked = candidates
    .map(({ variant, ratios }) => ({ variant, median: quantile(ratios, 0.5), upper: quantile(ratios, 0.75) }))
    .sort((a, b) => a.median - b.median);
  const best = ranked[0];
  if (best === undefined) return { variant: null, reason: 'there is no other variant here' };
  const gain = 1 - best.median;
  const compared = `${best.variant} takes ${times(best.median)} the default's time, the default beside itself up to ± ${percent(noise)}`;
  return gain > noise && best.upper < 1
    ? { variant: best.variant, reason: compared }
    : { variant: null, reason: `no gain above the noise: ${compared}` };
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
const times = (ratio: number) => `${ratio.toFixed(2)} ×`;

export function spreadOf(values: readonly number[]): TimeSpread {
  return { median: quantile(values, 0.5), lower: quantile(values, 0.25), upper: quantile(values, 0.75) };
}

/** By linear interpolation between ranks (type 7 of Hyndman & Fan 1996). */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (rank - Math.floor(rank)) * (sorted[Math.ceil(rank)]! - below);
}
