import type { Annotation } from '../record.js';
import { type MappingName, type PseudoLabel, pseudoLabel } from './labels.js';

export interface TimedBeat {
  readonly sample: number;
  readonly symbol: string;
  readonly label: PseudoLabel;
}

/** Samples from `from` up to, not including, `to`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What the comparison needs of one annotation file, in order of time. */
export interface Timeline {
  /** Time of the last annotation of any kind. */
  readonly latest: number;
  readonly beats: readonly TimedBeat[];
  /** Ventricular flutter and fibrillation, from `[` to `]`. */
  readonly fibrillation: readonly Interval[];
  /** Atrial fibrillation, from a rhythm annotation `(AFIB` to the next rhythm annotation of another kind. */
  readonly atrialFibrillation: readonly Interval[];
  /** Times at which shutdown begins. */
  readonly shutdown: readonly Interval[];
}

const SHUTDOWN_BITS = 0x30;

export function timeline(annotations: readonly Annotation[], mapping: MappingName): Timeline {
  const sorted = [...annotations].sort((a, b) => a.sample - b.sample);
  const beats: TimedBeat[] = [];
  for (const { sample, symbol } of sorted) {
    const label = pseudoLabel(symbol, mapping);
    if (label !== undefined) beats.push({ sample, symbol, label });
  }
  return {
    latest: sorted.at(-1)?.sample ?? 0,
    beats,
    fibrillation: fibrillationOf(sorted),
    atrialFibrillation: atrialOf(sorted),
    shutdown: episodes(sorted, ({ symbol, subtype }) => (symbol === '~' ? isShutdown(subtype) : undefined)).map(
      ({ from }) => ({ from, to: from }),
    ),
  };
}

/** Whether one of some intervals in order of time reaches into the stretch from one sample to another, both included. */
export function overlaps(intervals: readonly Interval[], from: number, to: number): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle]!.to > from) high = middle;
    else low = middle + 1;
  }
  const interval = intervals[low];
  return interval !== undefined && interval.from <= to;
}

/** Whether a sample lies in one of some intervals in order of time. */
export function isInside(intervals: readonly Interval[], sample: number): boolean {
  return overlaps(intervals, sample, sample);
}

function isShutdown(subtype: number): boolean {
  return (subtype & SHUTDOWN_BITS) === SHUTDOWN_BITS;
}

function fibrillationOf(sorted: readonly Annotation[]): Interval[] {
  return episodes(sorted, ({ symbol }) => (symbol === '[' ? true : symbol === ']' ? false : undefined));
}

function atrialOf(sorted: readonly Annotation[]): Interval[] {
  return episodes(sorted, ({ symbol, aux }) => (symbol === '+' ? aux.startsWith('(AFIB') : undefined));
}

/** Stretches from an annotation that begins something to one that ends it, or to the end of time. */
function episodes(sorted: readonly Annotation[], begins: (annotation: Annotation) => boolean | undefined): Interval[] {
  const intervals: Interval[] = [];
  let from: number | undefined;
  for (const annotation of sorted) {
    const begin = begins(annotation);
    if (begin) from ??= annotation.sample;
    else if (begin === false && from !== undefined) {
      intervals.push({ from, to: annotation.sample });
      from = undefined;
    }
  }
  if (from !== undefined) intervals.push({ from, to: Number.POSITIVE_INFINITY });
  return intervals;
}
