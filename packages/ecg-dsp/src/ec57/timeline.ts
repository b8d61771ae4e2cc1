import type { Annotation } from '../record.js';
import { type MappingName, type PseudoLabel, pseudoLabel } from './labels.js';

export interface TimedBeat {
  readonly sample: number;
  readonly symbol: string;
  readonly label: PseudoLabel;
  /** Samples since the QRS before it; undefined for the first one and after fibrillation or shutdown. */
  readonly rr: number | undefined;
}

/** Samples from `from` up to, not including, `to`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What the comparison needs of one annotation file, in order of time. */
export interface Timeline {
  readonly beats: readonly TimedBeat[];
  /** Ventricular flutter and fibrillation, from `[` to `]`. */
  readonly fibrillation: readonly Interval[];
  /** Atrial fibrillation, from a rhythm annotation `(AFIB` to the next rhythm annotation of another kind. */
  readonly atrialFibrillation: readonly Interval[];
  readonly shutdown: readonly Interval[];
}

const SHUTDOWN_BITS = 0x30;
const AHA_MARGIN_S = 0.15;

export function timeline(annotations: readonly Annotation[], fs: number, mapping: MappingName): Timeline {
  const sorted = [...annotations].sort((a, b) => a.sample - b.sample);
  const beats: TimedBeat[] = [];
  let before: number | undefined;
  for (const { sample, symbol, subtype } of sorted) {
    const label = pseudoLabel(symbol, mapping);
    if (label !== undefined) {
      beats.push({ sample, symbol, label, rr: before === undefined ? undefined : sample - before });
      before = sample;
    } else if (symbol === '[' || symbol === ']' || (symbol === '~' && isShutdown(subtype))) before = undefined;
  }
  return {
    beats,
    fibrillation: fibrillationOf(sorted),
    atrialFibrillation: atrialOf(sorted),
    shutdown: shutdownOf(sorted, fs),
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

/**
 * Shutdown lasts from a NOISE annotation `~` with subtype bits 4 and 5 set to the next `~` without them (MIT-BIH and
 * European ST-T convention). A mark that no such `~` follows is the AHA Database's, which stands in the middle of the
 * unreadable stretch: from 150 ms after the annotation before it to 150 ms before the one after it. Source: bxb(1).
 */
function shutdownOf(sorted: readonly Annotation[], fs: number): Interval[] {
  const intervals: Interval[] = [];
  const isMark = (index: number): boolean => sorted[index]?.symbol === '~' && isShutdown(sorted[index].subtype);
  const nextNoise = nextOf(sorted, '~');
  for (let first = 0; first < sorted.length; first++) {
    if (!isMark(first)) continue;
    let last = first;
    while (isMark(last + 1)) last++;
    const resume = sorted[nextNoise[last]!];
    if (resume && !isShutdown(resume.subtype)) {
      intervals.push({ from: sorted[first]!.sample, to: resume.sample });
      first = nextNoise[last]!;
    } else {
      intervals.push(aroundMarks(sorted, first, last, AHA_MARGIN_S * fs));
      first = last;
    }
  }
  return intervals.filter(({ from, to }) => to > from);
}

function aroundMarks(sorted: readonly Annotation[], first: number, last: number, margin: number): Interval {
  const before = sorted[first - 1];
  const after = sorted[last + 1];
  return {
    from: before ? before.sample + margin : Number.NEGATIVE_INFINITY,
    to: after ? after.sample - margin : Number.POSITIVE_INFINITY,
  };
}

/** For every index the index of the next annotation with a symbol, or the length where there is none. */
function nextOf(sorted: readonly Annotation[], symbol: string): number[] {
  const next = new Array<number>(sorted.length);
  let found = sorted.length;
  for (let index = sorted.length - 1; index >= 0; index--) {
    next[index] = found;
    if (sorted[index]!.symbol === symbol) found = index;
  }
  return next;
}
