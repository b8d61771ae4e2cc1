import { EcgError } from '../errors.js';
import { quantile } from './quantile.js';

export interface BootstrapOptions {
  /** Same seed, same interval. */
  readonly seed: number;
  /** Default: 1000. */
  readonly resamples?: number;
  /** Share of resamples inside the interval. Default: 0.95. */
  readonly confidence?: number;
}

export interface BootstrapInterval {
  /** The figure of the records themselves; null where they do not define it. */
  readonly estimate: number | null;
  /** Percentiles of the resamples that define the figure; null where none does. */
  readonly low: number | null;
  readonly high: number | null;
  /** Resamples that define the figure: with rare classes not all do, and the interval is of these alone. */
  readonly defined: number;
  readonly resamples: number;
}

/**
 * Percentile bootstrap over records: beats of one patient are not independent, so whole records are drawn, with
 * replacement. For the difference of two classifiers give pairs of results as records, and their difference as figure.
 * Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 *
 * @throws EcgError BOOTSTRAP_OPTION where a number is out of range or there is no record
 */
export function bootstrapByRecord<T>(
  records: readonly T[],
  figure: (sample: readonly T[]) => number | null,
  { seed, resamples = 1000, confidence = 0.95 }: BootstrapOptions,
): BootstrapInterval {
  demand(records.length > 0, 'records', 0, 'at least one record');
  demand(Number.isSafeInteger(seed), 'seed', seed, 'an integer');
  demand(Number.isInteger(resamples) && resamples > 0, 'resamples', resamples, 'a number of resamples above 0');
  demand(confidence > 0 && confidence < 1, 'confidence', confidence, 'a share between 0 and 1');
  const random = uniform(seed);
  const values: number[] = [];
  for (let k = 0; k < resamples; k++) {
    const sample = records.map(() => records[Math.floor(random() * records.length)]!);
    const value = figure(sample);
    if (value !== null) values.push(value);
  }
  values.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return {
    estimate: figure(records),
    low: quantile(values, tail),
    high: quantile(values, 1 - tail),
    defined: values.length,
    resamples,
  };
}

/** Numbers in [0, 1): a Weyl sequence through the 32-bit finaliser of MurmurHash3, the same on every machine. */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 16;
    return (mixed >>> 0) / 2 ** 32;
  };
}

function demand(holds: boolean, where: string, value: unknown, wanted: string): void {
  if (holds) return;
  throw new EcgError('BOOTSTRAP_OPTION', `${where} is ${String(value)}`, { where, fix: `Give ${wanted}.` });
}
