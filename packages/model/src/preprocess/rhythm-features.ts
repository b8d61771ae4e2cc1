import { rrIntervals } from '@ecgpu/ecg-dsp';
import type { InputContract } from './contract.js';
import { medianInPlace } from './median.js';

/** The intervals around one beat. `r[0]` ends at the beat, `r[+1]` starts at it. */
interface Surroundings {
  /** Interval `r[offset]`, clipped, seconds; beyond the record's ends its first or last interval. */
  readonly interval: (offset: number) => number;
  /** Mean of the local intervals, seconds. */
  local: number;
  /** Mean interval of the record, seconds. */
  readonly global: number;
  /** Logarithms of the local intervals, in time order. */
  readonly logs: Float64Array;
  /** |log r[k+1]/r[k]| within the 60 intervals `r[-30] … r[+29]`. */
  readonly wideChanges: () => Float64Array;
}

/** Long enough to tell an irregular rhythm from a few ectopic beats. */
const WIDE = { before: 30, after: 29 };
/** A change of the interval by a tenth. */
const NOTABLE_CHANGE = 0.1;

interface FeatureDefinition {
  /** How often the local mean is in the denominator: an error of +u in log(1/local) moves the feature by this times u. */
  readonly perLocal: -1 | 0 | 1;
  /** The same of the record's mean. */
  readonly perGlobal: -1 | 0 | 1;
  readonly value: (beat: Surroundings) => number;
}

const overLocal = (offset: number): FeatureDefinition => ({
  perLocal: 1,
  perGlobal: 0,
  value: ({ interval, local }) => Math.log(interval(offset) / local),
});

const overGlobal = (offset: number): FeatureDefinition => ({
  perLocal: 0,
  perGlobal: 1,
  value: ({ interval, global }) => Math.log(interval(offset) / global),
});

const free = (value: FeatureDefinition['value']): FeatureDefinition => ({ perLocal: 0, perGlobal: 0, value });

const definitions = {
  'log(r[-2]/local)': overLocal(-2),
  'log(r[-1]/local)': overLocal(-1),
  'log(r[0]/local)': overLocal(0),
  'log(r[+1]/local)': overLocal(1),
  'log(r[+2]/local)': overLocal(2),
  'log(r[+3]/local)': overLocal(3),
  'log(r[0]/global)': overGlobal(0),
  'log(r[+1]/global)': overGlobal(1),
  'log(r[0]/r[-1])': free(({ interval }) => Math.log(interval(0) / interval(-1))),
  'log(r[+1]/r[0])': free(({ interval }) => Math.log(interval(1) / interval(0))),
  'log(local/global)': { perLocal: -1, perGlobal: 1, value: ({ local, global }) => Math.log(local / global) },
  'log(r[0]/max local)': free(({ interval, logs }) => Math.log(interval(0)) - greatest(logs)),
  'std(log local)': free(({ logs }) => standardDeviation(logs)),
  'mean|diff log local|': free(({ logs }) => changes(logs).reduce((sum, x) => sum + x, 0) / changeCount(logs)),
  'median|diff log local|': free(({ logs }) => medianInPlace(changes(logs))),
  'median|diff log wide|': free(({ wideChanges }) => medianInPlace(wideChanges())),
  'share(|diff log wide| > 0.1)': free(({ wideChanges }) => shareAbove(wideChanges(), NOTABLE_CHANGE)),
} as const satisfies Record<string, FeatureDefinition>;

/** Names of what can be asked of the rhythm around a beat, as formulas over the intervals r. */
export type RhythmFeature = keyof typeof definitions;

export const rhythmFeatureNames = Object.keys(definitions) as readonly RhythmFeature[];

export function isRhythmFeature(name: unknown): name is RhythmFeature {
  return typeof name === 'string' && Object.hasOwn(definitions, name);
}

/** By how much each feature moves when the local and the global mean are misjudged: for augmentation. */
export function normaliserShares(features: readonly RhythmFeature[]): {
  readonly perLocal: Float32Array;
  readonly perGlobal: Float32Array;
} {
  return {
    perLocal: Float32Array.from(features, (name) => definitions[name].perLocal),
    perGlobal: Float32Array.from(features, (name) => definitions[name].perGlobal),
  };
}

/**
 * Intervals between beats in seconds, clipped to the contract's range. The first beat is given the second's.
 *
 * @param peaks sample indices, rising; at least two.
 * @throws EcgError `PEAKS_NOT_RISING`, `FS_INVALID`
 */
export function clippedIntervals(peaks: ArrayLike<number>, fs: number, { rhythm }: InputContract): Float64Array {
  const { minimum, maximum } = rhythm.interval;
  return rrIntervals(peaks, fs).map((r) => Math.min(maximum, Math.max(minimum, r)));
}

export interface RhythmRows {
  /** Beats to measure; all by default. The intervals around them count all the same. */
  readonly from?: number;
  readonly to?: number;
  /** Mean interval of the record, seconds; that of `intervals` by default. */
  readonly global?: number;
}

/**
 * The contract's rhythm features of every beat, or of beats `from … to`. Ratios of intervals and their logarithms:
 * independent of the heart rate itself, which tells patients apart rather than beats.
 *
 * @param intervals seconds, as {@link clippedIntervals} gives them.
 * @returns [beats, features], each within ± the contract's clip.
 */
export function rhythmFeatureRows(
  intervals: Float64Array,
  { rhythm }: InputContract,
  { from = 0, to = intervals.length, global = meanOf(intervals) }: RhythmRows = {},
): Float32Array {
  const { features, clip, local } = rhythm;
  const n = intervals.length;
  const rows = new Float32Array((to - from) * features.length);
  const chosen = features.map((name): FeatureDefinition => definitions[name]);
  const size = local.before + 1 + local.after;
  const logarithms = intervals.map(Math.log);
  const inside = (index: number) => Math.min(n - 1, Math.max(0, index));
  let beat = from;
  const wide = new Float64Array(WIDE.before + WIDE.after);
  const surroundings: Surroundings = {
    interval: (offset) => intervals[inside(beat + offset)]!,
    local: 0,
    global,
    logs: new Float64Array(size),
    wideChanges: () => {
      for (let k = 0; k < wide.length; k++) {
        const at = beat - WIDE.before + k;
        wide[k] = Math.abs(logarithms[inside(at + 1)]! - logarithms[inside(at)]!);
      }
      return wide;
    },
  };
  for (; beat < to; beat++) {
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const at = inside(beat + k - local.before);
      sum += intervals[at]!;
      surroundings.logs[k] = logarithms[at]!;
    }
    surroundings.local = sum / size;
    for (const [f, { value }] of chosen.entries()) {
      rows[(beat - from) * features.length + f] = Math.min(clip, Math.max(-clip, value(surroundings)));
    }
  }
  return rows;
}

/** How many intervals before and after a beat its features depend on, the record's mean aside. */
export function rhythmReach({ rhythm: { local } }: InputContract): { readonly before: number; readonly after: number } {
  return { before: Math.max(local.before, WIDE.before), after: Math.max(local.after, WIDE.after) };
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function shareAbove(values: Float64Array, limit: number): number {
  return values.reduce((count, x) => count + (x > limit ? 1 : 0), 0) / values.length;
}

function greatest(values: Float64Array): number {
  return values.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}

/** |x[i+1] - x[i]|; one interval alone does not change. */
function changes(values: Float64Array): Float64Array {
  return Float64Array.from({ length: changeCount(values) }, (_, i) =>
    i + 1 < values.length ? Math.abs(values[i + 1]! - values[i]!) : 0,
  );
}

function changeCount(values: Float64Array): number {
  return Math.max(1, values.length - 1);
}
