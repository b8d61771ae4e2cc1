/** A hump of the envelope that may be a beat. */
export interface Candidate {
  readonly sample: number;
  /** Height of the envelope. */
  readonly height: number;
  /** Height against the local QRS level. */
  readonly ratio: number;
}

/** Ratio at which a hump is as likely a beat as not. */
const EVEN_RATIO = 0.3;
/** Bounds of one candidate's weight, the logarithm of its ratio over the even one. */
const WEIGHT_BOUNDS = [-3, 1.2] as const;
/** No two beats are nearer than this, seconds. */
const REFRACTORY_S = 0.2;
/** Up to here a second hump may be a T wave, seconds. */
const T_WAVE_S = 0.42;
const T_WAVE_COST = 4;
/** Heights of neighbours this alike are no sign of a T wave. */
const ALIKE = 0.75;
/** Cost of any interval at the refractory limit, as a share of the T-wave cost. */
const CLOSE_COST = 0.15;
/** Intervals below this share of the usual one cost up to so much. */
const SHORT = { share: 0.6, cost: 0.4 };
/** Intervals above this share of the usual one cost so much per unit of share, up to a bound. */
const LONG = { share: 1.5, cost: 0.7, most: 4 };
/** Candidates that count for the usual interval. */
const STRONG_RATIO = 0.45;
/** Strong candidates on each side whose median interval is the usual one. */
const RHYTHM_BEATS = 8;
/** The usual interval where nothing is known, and its bounds, seconds. */
const USUAL_S = { unknown: 0.8, least: 0.35, most: 1.5 };
/** Predecessors weighed one by one; before them only the best one. */
const PREDECESSORS = 24;

/**
 * Chooses the candidates that are beats: the sequence with the greatest sum of weights less the costs of its intervals
 * (dynamic programming, linear in the number of candidates).
 *
 * @returns the chosen candidates' samples, rising.
 */
export function bestPath(candidates: readonly Candidate[], fs: number): number[] {
  const n = candidates.length;
  const usual = usualIntervals(candidates, fs);
  const total = new Float64Array(n);
  const before = new Int32Array(n).fill(-1);
  let bestOld = -1;
  let best = -1;
  for (let b = 0; b < n; b++) {
    const { ratio } = candidates[b]!;
    const weight = Math.max(WEIGHT_BOUNDS[0], Math.min(WEIGHT_BOUNDS[1], Math.log(ratio / EVEN_RATIO)));
    let most = 0;
    const from = Math.max(0, b - PREDECESSORS);
    if (from > 0 && (bestOld < 0 || total[from - 1]! > total[bestOld]!)) bestOld = from - 1;
    const consider = (a: number) => {
      const value = total[a]! - intervalCost(candidates[a]!, candidates[b]!, usual[b]!, fs);
      if (value > most) {
        most = value;
        before[b] = a;
      }
    };
    if (bestOld >= 0) consider(bestOld);
    for (let a = from; a < b; a++) consider(a);
    total[b] = most + weight;
    if (best < 0 || total[b]! > total[best]!) best = b;
  }
  const path: number[] = [];
  for (let b = best; b >= 0; b = before[b]!) path.push(candidates[b]!.sample);
  return path.reverse();
}

function intervalCost(a: Candidate, b: Candidate, usual: number, fs: number): number {
  const interval = (b.sample - a.sample) / fs;
  if (interval < REFRACTORY_S) return Number.POSITIVE_INFINITY;
  let cost = 0;
  if (interval < T_WAVE_S) {
    const alike = Math.min(a.height, b.height) / Math.max(a.height, b.height);
    const closeness = (T_WAVE_S - interval) / (T_WAVE_S - REFRACTORY_S);
    cost += T_WAVE_COST * closeness * (CLOSE_COST + Math.max(0, ALIKE - alike));
  }
  const share = interval / usual;
  if (share < SHORT.share) cost += SHORT.cost * (1 - share / SHORT.share);
  if (share > LONG.share) cost += LONG.cost * Math.min(LONG.most, share - LONG.share);
  return cost;
}

/** Per candidate, the median interval between the strong candidates around it, seconds. */
function usualIntervals(candidates: readonly Candidate[], fs: number): Float64Array {
  const strong = candidates.filter((candidate) => candidate.ratio > STRONG_RATIO).map((candidate) => candidate.sample);
  let next = 0;
  return Float64Array.from(candidates, ({ sample }) => {
    while (next < strong.length && strong[next]! < sample) next++;
    const intervals: number[] = [];
    for (let k = Math.max(1, next - RHYTHM_BEATS); k < Math.min(strong.length, next + RHYTHM_BEATS); k++)
      intervals.push(strong[k]! - strong[k - 1]!);
    intervals.sort((a, b) => a - b);
    const median = intervals.length > 0 ? intervals[intervals.length >> 1]! / fs : USUAL_S.unknown;
    return Math.min(USUAL_S.most, Math.max(USUAL_S.least, median));
  });
}
