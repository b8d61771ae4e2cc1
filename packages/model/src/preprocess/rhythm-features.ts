import { rrIntervals } from '@ecgpu/ecg-dsp';
import type { InputContract } from '../contract.js';
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
}

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

/**
 * The contract's rhythm features of every beat. Ratios of intervals and their logarithms: independent of the heart rate
 * itself, which tells patients apart rather than beats.
 *
 * @param intervals seconds, as {@link clippedIntervals} gives them.
 * @returns [beats, features], each within ± the contract's clip.
 */
export function rhythmFeatureRows(intervals: Float64Array, { rhythm }: InputContract): Float32Array {
  const { features, clip, local } = rhythm;
  const n = intervals.length;
  const rows = new Float32Array(n * features.length);
  const chosen = features.map((name): FeatureDefinition => definitions[name]);
  const size = local.before + 1 + local.after;
  let beat = 0;
  const interval = (offset: number) => intervals[Math.min(n - 1, Math.max(0, beat + offset))]!;
  const global = intervals.reduce((sum, r) => sum + r, 0) / n;
  const surroundings: Surroundings = { interval, local: 0, global, logs: new Float64Array(size) };
  for (; beat < n; beat++) {
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const r = interval(k - local.before);
      sum += r;
      surroundings.logs[k] = Math.log(r);
    }
    surroundings.local = sum / size;
    for (const [f, { value }] of chosen.entries()) {
      rows[beat * features.length + f] = Math.min(clip, Math.max(-clip, value(surroundings)));
    }
  }
  return rows;
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
