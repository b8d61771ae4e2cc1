import type { Annotation } from '../record.js';
import { type BeatTimeline, beatTimeline, isInLastTwo, type TimedBeat } from './beat-timeline.js';
import type { MappingName, PseudoLabel } from './labels.js';
import { type ComparisonOptions, type ComparisonScope, comparisonScope } from './options.js';
import { type BeatCells, type Column, columnOf, emptyCells, type Row } from './tables.js';

/** A beat of one of the two files. */
export interface EventBeat {
  readonly sample: number;
  readonly symbol: string;
  readonly label: PseudoLabel;
}

/** What became of one beat or pair of beats. A flutter wave (label `O`) in a pair makes it a missed or an extra beat. */
export type BeatEvent =
  | { readonly kind: 'match'; readonly reference: EventBeat; readonly test: EventBeat }
  | {
      readonly kind: 'missed';
      readonly reference: EventBeat;
      readonly column: 'o' | 'x';
      readonly test: EventBeat | null;
    }
  | { readonly kind: 'extra'; readonly test: EventBeat; readonly row: 'O' | 'X' }
  /** A test beat during ventricular fibrillation; `reference` is the first reference beat after it. */
  | { readonly kind: 'uncounted'; readonly test: EventBeat; readonly reference: EventBeat | null };

/** A beat-by-beat comparison: plain data, ready for JSON. Times and windows are in samples. */
export interface BeatComparison {
  readonly mapping: MappingName;
  readonly fs: number;
  readonly start: number;
  /** First sample no longer compared. */
  readonly end: number;
  readonly window: number;
  readonly cells: BeatCells;
  /** RR interval differences, in samples squared: see rmsRrError. */
  readonly rr: { readonly count: number; readonly sumOfSquares: number };
  /** Samples between start and end during which the test was in shutdown. */
  readonly shutdown: number;
  readonly events: readonly BeatEvent[];
}

/**
 * Compares two annotation files of a record beat by beat, as ANSI/AAMI EC57 (4.2) and its reference comparator do.
 *
 * Both lists are walked in order of time. The earlier of the two beats at hand is paired with the other if they are no
 * further apart than the match window and either the pair is closer than the earlier beat's list could offer next, or
 * that next beat is closer to the other list's next one. Otherwise it is missed, or extra. Reference beats between `[`
 * and `]` (ventricular fibrillation) are left out, and test beats there are counted nowhere.
 *
 * @throws EcgError EC57_OPTION, EC57_TIME
 */
export function compareBeats(
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions,
): BeatComparison {
  const scope = comparisonScope(reference, test, options);
  const wanted = beatTimeline('reference', reference, scope);
  const given = beatTimeline('test', test, scope);
  const cells = emptyCells();
  const rr = { count: 0, sumOfSquares: 0 };
  const events: BeatEvent[] = [];
  const walk = pairs(wanted, given, scope);
  let next = walk.next();
  for (; !next.done; next = walk.next()) {
    const [event, step] = next.value;
    events.push(event);
    const cell = cellOf(event);
    if (cell) cells[cell[0]][cell[1]]++;
    // Every step of the walk compares the two intervals at hand, whether or not it makes a pair.
    if (step.reference?.rr !== undefined && step.test?.rr !== undefined) {
      rr.count++;
      rr.sumOfSquares += (step.reference.rr - step.test.rr) ** 2;
    }
  }
  const { fs, mapping, start, window } = scope;
  const shutdown = given.shutdown.slice(0, next.value).reduce((sum, { time }) => sum + time, 0);
  const end = Number.isFinite(scope.end) ? scope.end : Math.max(start, wanted.beats.at(-1)?.sample ?? start);
  return { mapping, fs, start, end, window, cells, rr, shutdown, events };
}

/**
 * Root mean square of the RR interval differences in milliseconds, or null where no two intervals were compared. As in bxb,
 * a second has a whole number of samples here: 258 at 257.5 Hz.
 */
export function rmsRrError({ fs, rr }: Pick<BeatComparison, 'fs' | 'rr'>): number | null {
  return rr.count === 0 ? null : (1000 * Math.sqrt(rr.sumOfSquares / rr.count)) / Math.round(fs);
}

/** Where an event is tallied; undefined for one that is not. */
export function cellOf(event: BeatEvent): readonly [Row, Column] | undefined {
  switch (event.kind) {
    case 'match':
      return [event.reference.label, columnOf(event.test.label)];
    case 'missed':
      return [event.reference.label, event.column];
    case 'extra':
      return [event.row, columnOf(event.test.label)];
    case 'uncounted':
      return undefined;
  }
}

interface Step {
  readonly reference: TimedBeat | undefined;
  readonly test: TimedBeat | undefined;
}

function* pairs(
  wanted: BeatTimeline,
  given: BeatTimeline,
  scope: ComparisonScope,
): Generator<readonly [BeatEvent, Step], number> {
  const { end, endsWith, window } = scope;
  const references = wanted.beats.filter(({ sample }) => sample >= scope.start);
  const tests = leadingTests(given.beats, references[0], scope);
  const time = (beat: TimedBeat | undefined): number => beat?.sample ?? Number.MAX_SAFE_INTEGER;
  let i = 0;
  let j = 0;
  while (
    endsWith
      ? references[i] && (tests[j] || endsWith === 'reference')
      : time(references[i]) <= end || time(tests[j]) <= end
  ) {
    const step: Step = { reference: references[i], test: tests[j] };
    const { reference, test } = step;
    if (time(test) < time(reference)) {
      const t = test!;
      if (belongTogether(t.sample, time(tests[j + 1]), time(reference), time(references[i + 1]), window)) {
        yield [{ kind: 'match', reference: shown(reference!), test: shown(t) }, step];
        i++;
      } else if (isInLastTwo(wanted.fibrillation, readOf(wanted, references[i + 1]).fibrillation, t.sample)) {
        yield [{ kind: 'uncounted', test: shown(t), reference: reference ? shown(reference) : null }, step];
      } else {
        yield [
          {
            kind: 'extra',
            test: shown(t),
            row: isInLastTwo(wanted.shutdown, readOf(wanted, references[i + 1]).shutdown, t.sample) ? 'X' : 'O',
          },
          step,
        ];
      }
      j++;
    } else {
      const t = reference!;
      if (belongTogether(t.sample, time(references[i + 1]), time(test), time(tests[j + 1]), window)) {
        yield [{ kind: 'match', reference: shown(t), test: shown(test!) }, step];
        j++;
      } else {
        yield [
          {
            kind: 'missed',
            reference: shown(t),
            column: isInLastTwo(given.shutdown, readOf(given, tests[j + 1]).shutdown, t.sample) ? 'x' : 'o',
            test: test ? shown(test) : null,
          },
          step,
        ];
      }
      i++;
    }
  }
  return readOf(given, tests[j + 1]).shutdown;
}

/** What of a file's episodes has begun where it was read up to: a beat, or the end. */
function readOf({ fibrillation, shutdown }: BeatTimeline, beat: TimedBeat | undefined): TimedBeat['begun'] {
  return beat?.begun ?? { fibrillation: fibrillation.length, shutdown: shutdown.length };
}

/**
 * Whether the earlier beat is paired with the other list's beat at hand, which comes no sooner. Next beats that do not
 * exist are at infinity.
 */
function belongTogether(
  earlier: number,
  afterEarlier: number,
  other: number,
  afterOther: number,
  window: number,
): boolean {
  const distance = other - earlier;
  const rival = Math.abs(other - afterEarlier);
  return distance <= window && (distance < rival || Math.abs(afterOther - afterEarlier) < rival);
}

/**
 * Test beats from the start of the comparison on. The last one before it is kept if it fits the first reference beat
 * better than any later one; one just after it that fits worse than the next is dropped, since it may belong to a
 * reference beat that was left behind.
 */
function leadingTests(
  beats: readonly TimedBeat[],
  first: TimedBeat | undefined,
  { start, window }: ComparisonScope,
): readonly TimedBeat[] {
  const at = beats.findIndex(({ sample }) => sample >= start);
  const from = at < 0 ? beats.length : at;
  const distance = (index: number): number => {
    const beat = beats[index];
    return Math.abs((first?.sample ?? Number.MAX_SAFE_INTEGER) - (beat?.sample ?? Number.MAX_SAFE_INTEGER));
  };
  if (from > 0 && distance(from - 1) <= window && distance(from - 1) < distance(from)) return beats.slice(from - 1);
  const leading = beats[from];
  if (start > 0 && leading && leading.sample - start <= window && distance(from) > distance(from + 1))
    return beats.slice(from + 1);
  return beats.slice(from);
}

function shown({ sample, symbol, label }: TimedBeat): EventBeat {
  return { sample, symbol, label };
}
