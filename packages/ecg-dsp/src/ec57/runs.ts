import type { Annotation } from '../record.js';
import type { MappingName } from './labels.js';
import { type ComparisonOptions, type ComparisonScope, comparisonScope } from './options.js';
import type { Ratio } from './tables.js';
import { type Interval, isInside, overlaps, type TimedBeat, type Timeline, timeline } from './timeline.js';

/** Ventricular or supraventricular ectopic runs. */
export type RunKind = 'V' | 'S';

/** Runs by length, 0 to 6, where 6 stands for all longer than 5: `table[reference][test]`. */
export type RunTable = readonly (readonly number[])[];

/** One run and the longest run that the other file has in its place. */
export interface RunEvent {
  /** Whose run the window is put around. */
  readonly of: 'reference' | 'test';
  /** Length in the reference, 0 to 6. */
  readonly reference: number;
  /** Length in the test, 0 to 6. */
  readonly test: number;
  /** The run and a match window on either side, in samples, both ends included. */
  readonly from: number;
  readonly to: number;
}

/** A run-by-run comparison: plain data, ready for JSON. */
export interface RunComparison {
  readonly kind: RunKind;
  readonly mapping: MappingName;
  readonly fs: number;
  readonly start: number;
  readonly end: number;
  readonly window: number;
  /** Every reference run, against the test. */
  readonly sensitivity: RunTable;
  /** Every test run, against the reference. */
  readonly predictivity: RunTable;
  readonly events: readonly RunEvent[];
}

/** Couplets, short runs (3 to 5 beats) and long runs (6 and more). */
export interface RunStatistics {
  readonly coupletSensitivity: Ratio;
  readonly coupletPredictivity: Ratio;
  readonly shortSensitivity: Ratio;
  readonly shortPredictivity: Ratio;
  readonly longSensitivity: Ratio;
  readonly longPredictivity: Ratio;
}

const LONGEST = 6;

/**
 * Compares runs of consecutive ectopic beats, as ANSI/AAMI EC57 (4.2) does: for each run of one file, the longest run of
 * the other one from a match window before its first beat to a match window after its last. Ventricular fibrillation
 * (`[` to `]`) is a ventricular run of more than five.
 *
 * @throws EcgError EC57_OPTION, EC57_TIME
 */
export function compareRuns(
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions & { readonly kind: RunKind },
): RunComparison {
  const { kind } = options;
  const scope = comparisonScope(reference, test, options);
  const wanted = timeline(reference, scope.fs, scope.mapping);
  const given = timeline(test, scope.fs, scope.mapping);
  const events: RunEvent[] = [];
  const sensitivity = emptyTable();
  for (const run of runsOf(wanted, kind, scope)) {
    const event: RunEvent = { of: 'reference', ...around(run, scope), reference: run.length, test: 0 };
    const found = { ...event, test: longestWithin(given, kind, event) };
    sensitivity[found.reference]![found.test]!++;
    events.push(found);
  }
  const predictivity = emptyTable();
  for (const run of runsOf(given, kind, scope)) {
    const event: RunEvent = { of: 'test', ...around(run, scope), reference: 0, test: run.length };
    const found = { ...event, reference: longestWithin(wanted, kind, event) };
    predictivity[found.reference]![found.test]!++;
    events.push(found);
  }
  const { fs, mapping, start, end, window } = scope;
  return { kind, mapping, fs, start, end, window, sensitivity, predictivity, events };
}

export function runStatistics({ sensitivity, predictivity }: RunComparison): RunStatistics {
  const sum = (table: RunTable, wanted: readonly number[], given: readonly number[]): number =>
    wanted.reduce((all, row) => all + given.reduce((part, column) => part + table[row]![column]!, 0), 0);
  const any = [0, 1, 2, 3, 4, 5, LONGEST];
  const ratios = (lengths: readonly number[]): [Ratio, Ratio] => {
    const enough = any.filter((length) => length >= lengths[0]!);
    return [
      { hits: sum(sensitivity, lengths, enough), total: sum(sensitivity, lengths, any) },
      { hits: sum(predictivity, enough, lengths), total: sum(predictivity, any, lengths) },
    ];
  };
  const [coupletSensitivity, coupletPredictivity] = ratios([2]);
  const [shortSensitivity, shortPredictivity] = ratios([3, 4, 5]);
  const [longSensitivity, longPredictivity] = ratios([LONGEST]);
  return {
    coupletSensitivity,
    coupletPredictivity,
    shortSensitivity,
    shortPredictivity,
    longSensitivity,
    longPredictivity,
  };
}

interface Run extends Interval {
  /** Beats, at most LONGEST. */
  readonly length: number;
}

function emptyTable(): number[][] {
  return Array.from({ length: LONGEST + 1 }, () => new Array<number>(LONGEST + 1).fill(0));
}

function around({ from, to }: Run, { window }: ComparisonScope): { readonly from: number; readonly to: number } {
  return { from: from - window, to: to + window };
}

function runsOf({ beats, fibrillation }: Timeline, kind: RunKind, { start, end }: ComparisonScope): Run[] {
  const compared = beats.filter(
    ({ sample, label }) => label !== 'O' && sample >= start && sample < end && !isInside(fibrillation, sample),
  );
  const runs: Run[] = [];
  let before: TimedBeat | undefined;
  for (const beat of compared) {
    if (beat.label === kind) {
      const last = runs.at(-1);
      if (last && before?.label === kind && !interrupted(fibrillation, before, beat)) {
        runs[runs.length - 1] = { from: last.from, to: beat.sample, length: Math.min(last.length + 1, LONGEST) };
      } else runs.push({ from: beat.sample, to: beat.sample, length: 1 });
    }
    before = beat;
  }
  if (kind === 'V') {
    for (const { from, to } of fibrillation) {
      if (from < end && to >= start) runs.push({ from: Math.max(from, start), to: Math.min(to, end), length: LONGEST });
    }
  }
  return runs.sort((a, b) => a.from - b.from);
}

function longestWithin({ beats, fibrillation }: Timeline, kind: RunKind, window: RunEvent): number {
  if (kind === 'V' && overlaps(fibrillation, window.from, window.to)) return LONGEST;
  let longest = 0;
  let length = 0;
  let before: TimedBeat | undefined;
  for (let at = firstAt(beats, window.from); at < beats.length && beats[at]!.sample <= window.to; at++) {
    const beat = beats[at]!;
    if (beat.label === 'O' || isInside(fibrillation, beat.sample)) continue;
    if (beat.label !== kind) length = 0;
    else length = before && interrupted(fibrillation, before, beat) ? 1 : length + 1;
    longest = Math.max(longest, length);
    before = beat;
  }
  return Math.min(longest, LONGEST);
}

/** Fibrillation between two beats, neither of which is in it, ends a run. */
function interrupted(fibrillation: readonly Interval[], before: TimedBeat, after: TimedBeat): boolean {
  return overlaps(fibrillation, before.sample, after.sample);
}

/** Index of the first beat at or after a sample. */
function firstAt(beats: readonly TimedBeat[], sample: number): number {
  let low = 0;
  let high = beats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats[middle]!.sample >= sample) high = middle;
    else low = middle + 1;
  }
  return low;
}
