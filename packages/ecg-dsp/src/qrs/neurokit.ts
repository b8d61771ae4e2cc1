import { butterworth } from '../filters/butterworth.js';
import { movingMean, wholeSignalDetector, zeroPhase } from './whole-signal.js';

/** The slope is averaged over this for the QRS complex ... */
const SHORT_S = 0.1;
/** ... and that again over this for its surroundings, seconds. */
const LONG_S = 0.75;
/** A QRS complex is where the first exceeds the second so many times. */
const EXCESS = 1.5;
/** Stretches shorter than this share of the mean one are no QRS complex. */
const LEAST_SHARE = 0.4;
/** No two beats are nearer than this, seconds. */
const REFRACTORY_S = 0.3;

/**
 * The method that NeuroKit2 uses by default (D. Makowski et al., Behavior Research Methods 53, 2021): QRS complexes are where the smoothed
 * absolute slope stands out from its own mean over 0.75 s, and the R peak the most prominent one in each. Here peaks of either
 * polarity count, and the signal is not smoothed against the mains.
 */
export const neurokit = wholeSignalDetector({
  name: 'neurokit',
  description: 'NeuroKit2: where the smoothed absolute slope exceeds 1.5 times its surroundings',
  find(signal, fs) {
    const clean = zeroPhase(butterworth({ order: 5, type: 'highpass', cutoff: 0.5, fs }), signal);
    const last = clean.length - 1;
    const slope = clean.map((_, i) => {
      const [from, to] = [Math.max(0, i - 1), Math.min(last, i + 1)];
      return Math.abs(clean[to]! - clean[from]!) / (to - from);
    });
    const near = boxcar(slope, Math.round(SHORT_S * fs));
    const surroundings = boxcar(near, Math.round(LONG_S * fs));
    const stretches: [from: number, to: number][] = [];
    let begin = -1;
    for (let i = 0; i <= last; i++) {
      const inside = near[i]! > EXCESS * surroundings[i]!;
      if (inside && begin < 0) begin = i;
      if (!inside && begin >= 0) {
        if (begin > 0) stretches.push([begin, i]);
        begin = -1;
      }
    }
    const mean = stretches.reduce((sum, [from, to]) => sum + to - from, 0) / stretches.length;
    const beats: number[] = [];
    for (const [from, to] of stretches) {
      if (to - from < LEAST_SHARE * mean) continue;
      const peak = mostProminent(clean.subarray(from, to));
      if (peak >= 0 && from + peak - (beats.at(-1) ?? Number.NEGATIVE_INFINITY) > REFRACTORY_S * fs)
        beats.push(from + peak);
    }
    return beats;
  },
});

/** Mean over `width` samples; of an even width, one more before than after. */
function boxcar(signal: Float64Array, width: number): Float64Array {
  const size = Math.max(1, width);
  return movingMean(signal, Math.floor(size / 2), size - 1 - Math.floor(size / 2));
}

/** Index of the most prominent extremum, -1 where there is none. */
function mostProminent(stretch: Float64Array): number {
  let best = -1;
  let most = 0;
  for (let i = 1; i + 1 < stretch.length; i++) {
    for (const sign of [1, -1]) {
      const height = sign * stretch[i]!;
      if (!(height > sign * stretch[i - 1]! && height >= sign * stretch[i + 1]!)) continue;
      const prominence =
        height - Math.max(lowestUntilHigher(stretch, i, -1, sign), lowestUntilHigher(stretch, i, 1, sign));
      if (prominence > most) {
        most = prominence;
        best = i;
      }
    }
  }
  return best;
}

function lowestUntilHigher(stretch: Float64Array, from: number, step: 1 | -1, sign: number): number {
  const height = sign * stretch[from]!;
  let lowest = height;
  for (let i = from + step; i >= 0 && i < stretch.length && sign * stretch[i]! <= height; i += step)
    lowest = Math.min(lowest, sign * stretch[i]!);
  return lowest;
}
