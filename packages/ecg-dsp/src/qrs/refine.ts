/** How far from the rough position the R peak may be, seconds. */
const REACH_S = 0.06;
/** Half the stretch whose median is taken for the isoelectric line, seconds. */
const LINE_S = 0.15;
/** Weight of a deflection against the polarity that the neighbouring beats have. */
const AGAINST_POLARITY = 0.7;
/** Neighbours on each side that vote on the polarity. */
const VOTERS = 10;

export interface RefinedPeaks {
  /** Sample indices of the R peaks, as many as there were positions, not falling. */
  readonly peaks: Int32Array;
  /** Share of the beats whose R peak points down, 0 to 1. */
  readonly inverted: number;
}

/**
 * Moves rough QRS positions to the R peak: the largest deflection from the local isoelectric line within 60 ms, of the polarity
 * that most of the 20 neighbours have unless the other one is 1.4 times as large.
 *
 * @param samples the signal, finite.
 * @param positions sample indices inside of the signal, rising.
 * @param fs samples per second.
 */
export function refineToR(samples: Float64Array, positions: ArrayLike<number>, fs: number): RefinedPeaks {
  const reach = Math.round(REACH_S * fs);
  const lines = Float64Array.from(positions, (position) => isoelectric(samples, position, Math.round(LINE_S * fs)));
  const largest = (b: number, polarity: number) => {
    let best = positions[b]!;
    let most = -1;
    const last = Math.min(samples.length - 1, positions[b]! + reach);
    for (let i = Math.max(0, positions[b]! - reach); i <= last; i++) {
      const deflection = samples[i]! - lines[b]!;
      const weight = deflection * polarity < 0 ? AGAINST_POLARITY : 1;
      if (weight * Math.abs(deflection) > most) {
        most = weight * Math.abs(deflection);
        best = i;
      }
    }
    return best;
  };
  const count = positions.length;
  const sign = (b: number, peak: number) => Math.sign(samples[peak]! - lines[b]!);
  const own = Int8Array.from({ length: count }, (_, b) => sign(b, largest(b, 0)));
  const peaks = new Int32Array(count);
  let down = 0;
  let votes = 0;
  for (let b = 0; b < Math.min(VOTERS, count); b++) votes += own[b]!;
  for (let b = 0; b < count; b++) {
    if (b + VOTERS < count) votes += own[b + VOTERS]!;
    if (b - VOTERS - 1 >= 0) votes -= own[b - VOTERS - 1]!;
    peaks[b] = largest(b, Math.sign(votes));
    if (sign(b, peaks[b]!) < 0) down++;
  }
  return { peaks, inverted: count === 0 ? 0 : down / count };
}

function isoelectric(samples: Float64Array, position: number, half: number): number {
  const stretch = samples.slice(Math.max(0, position - half), Math.min(samples.length, position + half + 1)).sort();
  return stretch[stretch.length >> 1]!;
}
