import type { Annotation } from '../record.js';
import { type PseudoLabel, pseudoLabel } from './labels.js';
import type { ComparisonScope } from './options.js';

export interface TimedBeat {
  readonly sample: number;
  readonly symbol: string;
  readonly label: PseudoLabel;
  /** Samples since the QRS before it; undefined for the first one and after fibrillation or shutdown. */
  readonly rr: number | undefined;
  /** How many of the file's episodes of each kind have begun where this beat stands. */
  readonly begun: Begun;
}

export interface Begun {
  readonly fibrillation: number;
  readonly shutdown: number;
}

/** Samples from `from` to `to`, both included. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What the comparison needs of one annotation file, in order of time. */
export interface BeatTimeline {
  /** Beats outside ventricular fibrillation. */
  readonly beats: readonly TimedBeat[];
  /** Ventricular flutter and fibrillation, from `[` to `]`. */
  readonly fibrillation: readonly Interval[];
  readonly shutdown: readonly Shutdown[];
}

export interface Shutdown extends Interval {
  /** Samples that it adds to the total shutdown time. */
  readonly time: number;
}

const SHUTDOWN_BITS = 0x30;

/**
 * Reads beats, fibrillation and shutdown from one file.
 *
 * Shutdown lasts from a NOISE annotation `~` with subtype bits 4 and 5 set to a `~` without them that comes next, or, where
 * nothing follows, to the end of the record (MIT-BIH and European ST-T convention). Any other such mark is the AHA
 * Database's, which stands in the middle of the unreadable stretch: from a match window after the last beat or fibrillation
 * to a match window before the next annotation. Source: bxb(1), and output of bxb 10.7.0.
 */
export function beatTimeline(
  role: 'reference' | 'test',
  annotations: readonly Annotation[],
  scope: Pick<ComparisonScope, 'mapping' | 'window' | 'length'>,
): BeatTimeline {
  const sorted = [...annotations].sort((a, b) => a.sample - b.sample);
  const beats: TimedBeat[] = [];
  const fibrillation: Interval[] = [];
  const shutdown: Shutdown[] = [];
  /** Time of the last beat, and of that or the last fibrillation: 0 stands for none, as it does in bxb. */
  let beat = 0;
  let readable = 0;
  let onset: number | undefined;
  for (const [index, { sample, symbol, subtype }] of sorted.entries()) {
    if (onset !== undefined) {
      if (symbol !== ']') continue;
      fibrillation[fibrillation.length - 1] = { from: onset, to: sample };
      onset = undefined;
      readable = sample;
      continue;
    }
    const label = pseudoLabel(symbol, scope.mapping);
    if (label !== undefined) {
      const begun = { fibrillation: fibrillation.length, shutdown: shutdown.length };
      const whole =
        beat > 0 && sample > beat && !isBroken(fibrillation, beat, sample) && !isBroken(shutdown, beat, sample);
      beats.push({ sample, symbol, label, begun, rr: whole ? sample - beat : undefined });
      beat = sample;
      readable = sample;
    } else if (symbol === '[') {
      onset = sample;
      // bxb takes an episode that never ends for an empty one, unless it is the first.
      fibrillation.push({
        from: sample,
        to: (fibrillation.at(-1)?.to ?? 0) <= 0 ? Number.POSITIVE_INFINITY : sample - 1,
      });
    } else if (symbol === '~' && isShutdown(subtype)) {
      const lasts = role === 'reference' || (shutdown.at(-1)?.to ?? 0) <= 0;
      shutdown.push(shutdownAt(sample, sorted[index + 1], readable, lasts, scope));
    }
  }
  return { beats, fibrillation, shutdown };
}

/** Whether one of the last two episodes begins between two beats. */
function isBroken(intervals: readonly Interval[], from: number, to: number): boolean {
  return intervals.slice(-2).some((interval) => interval.from >= from && interval.from < to);
}

/**
 * Whether a sample lies in an episode, as far as bxb knows: it keeps the last two of those that have begun before the beat
 * it has read up to.
 */
export function isInLastTwo(intervals: readonly Interval[], begun: number, sample: number): boolean {
  return intervals.slice(Math.max(0, begun - 2), begun).some(({ from, to }) => from <= sample && sample <= to);
}

function shutdownAt(
  sample: number,
  next: Annotation | undefined,
  readable: number,
  lasts: boolean,
  { window, length }: Pick<ComparisonScope, 'window' | 'length'>,
): Shutdown {
  if (next === undefined) {
    // As with fibrillation, one that never ends is empty where bxb says so. Its time counts all the same.
    const time = length === undefined ? 0 : length - sample;
    return { from: sample, to: lasts ? (length ?? Number.POSITIVE_INFINITY) : sample - 1, time };
  }
  const isClosed = next.symbol === '~' && !isShutdown(next.subtype);
  const from = isClosed ? sample : readable + window;
  const to = isClosed ? next.sample : next.sample - window;
  return { from: Math.min(from, to), to, time: Math.max(0, to - from) };
}

function isShutdown(subtype: number): boolean {
  return (subtype & SHUTDOWN_BITS) === SHUTDOWN_BITS;
}
