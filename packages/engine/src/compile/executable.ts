import type { TensorData } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';

/** Counts of what a program owns and has done. Nothing but the counts of work may grow from run to run. */
export interface ProgramStats {
  readonly runs: number;
  readonly submits: number;
  /** Dispatches of one run. */
  readonly dispatches: number;
  /** Device memories the program owns: its slots and its inputs. */
  readonly buffers: number;
  /** Bytes of those memories. */
  readonly bytesReserved: number;
  /** Bytes the same tensors would take if none shared memory. */
  readonly bytesUnshared: number;
  readonly pipelines: number;
  readonly bindGroups: number;
}

/** One row of a profile: a kernel of a program, measured alone. */
export interface KernelProfile {
  readonly label: string;
  readonly kernel: string;
  /** When it began, counted from the first kernel's beginning. */
  readonly startMicroseconds: number;
  /** 0 where it took less than a step of the clock: 100 µs in browsers. */
  readonly microseconds: number;
  /** Of the operations it was counted to need; NaN without a time. */
  readonly gflops: number;
  /** Of the memories bound to it, each counted once, and twice where state is read and written; NaN without a time. */
  readonly gigabytesPerSecond: number;
  /**
   * The time that the device's own peaks need for the same operations or the same bytes, whichever is longer, as a part of
   * the time it took. Above 100 where the bytes came from a cache. Only on WebGPU, whose peaks are measured when first needed.
   */
  readonly percentOfRoofline?: number;
  /** Which of the two peaks is the nearer one; together with `percentOfRoofline`. */
  readonly bound?: 'compute' | 'memory';
}

/** A plan made ready by a device. */
export interface Executable {
  /** Stages the values of the plan's input `index` for the next run. */
  write(index: number, values: ArrayLike<number>): void;
  /** One run: on WebGPU one write of the inputs and one submit. */
  execute(): void;
  /** The tensor's values after everything queued so far; f32 comes as the device holds it (f64 on the CPU reference). */
  read(tensor: Tensor): Promise<TensorData | Float64Array>;
  stats(): ProgramStats;
  /** One run like any other (state advances), with every kernel timed on its own. */
  profile(): Promise<KernelProfile[]>;
  /** Where memory behind a tensor was written to; only of a program compiled with `guard`. */
  violatedGuards(): Promise<string[]>;
  /** Gives the program's own memory back. Storages stay. */
  release(): void;
}
