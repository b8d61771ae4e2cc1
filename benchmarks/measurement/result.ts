import type { Machine } from './machine.js';
import type { Spread } from './statistics.js';

/** One line of a group: measured, or the reason why it was not. */
export type Row = MeasuredRow | { readonly name: string; readonly skipped: string };

export interface MeasuredRow {
  readonly name: string;
  /** Of one iteration. */
  readonly milliseconds: Spread;
  /** Iterations in a sample. */
  readonly iterations: number;
  /** Largest difference from the reference, relative to its largest value. */
  readonly error: number;
  /** Opening, compiling and the compared run. */
  readonly readyMilliseconds: number;
  /** The first iteration after that. */
  readonly firstMilliseconds: number;
  /** The same work under another name, measured again: its ratio to this row shows what the measurement is worth. */
  readonly controlOf?: string;
  readonly gflops?: number;
  readonly beatsPerSecond?: number;
  /** Median over the rounds of this row's time divided by the reference row's. */
  readonly ratio?: number;
  /** Of what its threads' SIMD could do in this run: the time of the group's SIMD peak over this row's, a thread. */
  readonly simdShare?: number;
  readonly facts?: Readonly<Record<string, number>>;
}

export interface GroupResult {
  readonly name: string;
  readonly what: string;
  readonly tolerance: number;
  readonly reference: string;
  readonly flops?: number;
  /** Beats of one iteration. */
  readonly beats?: number;
  readonly parts?: number;
  /** Name of the fact that the table shows. */
  readonly shownFact?: string;
  readonly rows: readonly Row[];
}

/** One run of all groups: what `--out` writes and `ecgpu bench compare` reads. */
export interface BenchmarkResult {
  readonly format: 'ecgpu-benchmark';
  readonly formatVersion: 1;
  /** ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly pace: { readonly rounds: number; readonly sampleMilliseconds: number };
  readonly groups: readonly GroupResult[];
}
