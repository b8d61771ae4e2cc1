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
  readonly microseconds: number;
  readonly gflops: number;
  /** Bytes bound to the dispatch, each counted once, over its time. */
  readonly gigabytesPerSecond: number;
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
