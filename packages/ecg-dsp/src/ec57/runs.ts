import type { Annotation } from '../record.js';
import type { MappingName } from './labels.js';
import { type ComparisonOptions, comparisonScope } from './options.js';
import { LONGEST, LongestRuns, OwnRuns, type RunKind } from './run-reader.js';
import type { Ratio } from './tables.js';

export type { RunKind } from './run-reader.js';

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

/**
 * Compares runs of consecutive ectopic beats, as ANSI/AAMI EC57 (4.2) does: for each run of one file, the longest run of
 * the other one from a match window before its first beat to a match window after its last. Ventricular fibrillation
 * (`[` to `]`, or a rhythm `(VF…`) is a ventricular run of more than five, atrial fibrillation (a rhythm `(AF…`) a
 * supraventricular one. Where EC57 leaves open what a run is in and around fibrillation, it is what rxr takes for one.
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
  const { fs, mapping, start, window } = scope;
  const latest = [...reference, ...test].reduce((last, { sample }) => Math.max(last, sample), start);
  const end = Number.isFinite(scope.end) ? scope.end : latest;
  const events: RunEvent[] = [];
  const given = new LongestRuns(test, kind, mapping);
  for (const { from, to, length } of new OwnRuns(reference, kind, mapping).runs(start, end, window)) {
    events.push({ of: 'reference', reference: length, test: given.between(from, to), from, to });
  }
  const wanted = new LongestRuns(reference, kind, mapping);
  for (const { from, to, length } of new OwnRuns(test, kind, mapping).runs(start, end, window)) {
    events.push({ of: 'test', reference: wanted.between(from, to), test: length, from, to });
  }
  const sensitivity = emptyTable();
  const predictivity = emptyTable();
  for (const event of events) {
    (event.of === 'reference' ? sensitivity : predictivity)[event.reference]![event.test]!++;
  }
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

function emptyTable(): number[][] {
  return Array.from({ length: LONGEST + 1 }, () => new Array<number>(LONGEST + 1).fill(0));
}
