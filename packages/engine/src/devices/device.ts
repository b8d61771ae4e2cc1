import type { Program } from '../compile/program.js';
import type { KernelVariants } from '../graph/lowering.js';
import type { DType } from '../graph/shape.js';
import type { Storage } from '../graph/storage.js';
import type { InputSpec, Outputs, TracedInputs } from '../graph/trace.js';

/**
 * The seam. A device runs graphs: it gives out memory that outlives programs, and makes a planned graph ready to run.
 * It knows ops by their kernels or references, and nothing of layers, parameters, optimisers or data.
 */
export interface Device {
  readonly kind: DeviceKind;
  /** For people: adapter, driver, or what stands in for them. */
  readonly description: string;
  readonly state: 'alive' | 'lost' | 'closed';
  /** Resolves with the reason when the device is gone without close(); never before. */
  readonly lost: Promise<string>;
  /** Of a device opened with a tuning manifest: whether the manifest is of this device and so was taken. */
  readonly tuning?: TuningState | undefined;
  /** Zero-filled memory of `length` elements. Throws INVALID_ARGUMENT unless that is a positive integer, LIMIT_EXCEEDED or OUT_OF_MEMORY. */
  createStorage(dtype: DType, length: number, label: string): Storage;
  /**
   * Traces `build` once with symbolic inputs and makes it a program. `build` must be synchronous and pure.
   * Rejects with the shape error, the limit or the shader error before anything ran, leaving nothing behind.
   */
  compile<S extends InputSpec, O extends Outputs>(
    spec: S,
    build: (inputs: TracedInputs<S>) => O,
    options?: CompileOptions,
  ): Promise<Program<S, O>>;
  stats(): DeviceStats;
  /** Frees everything. Pending reads reject; later use throws DEVICE_CLOSED. Safe to call twice. */
  close(): void;
}

export type TuningState =
  | { readonly applied: true }
  /** The default variants are used, for this reason. */
  | { readonly applied: false; readonly reason: string };

export type DeviceKind = 'webgpu' | 'cpu' | 'wasm';

export interface CompileOptions {
  readonly label?: string;
  /** Called as kernels get ready, from the first to `total`. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * For tests: every tensor gets a memory of its own with this many guard elements behind it. Memory is filled with
   * NaN before each run, so that what a kernel fails to write, or reads beyond the end, shows.
   */
  readonly guard?: number;
  /** Kernel variants of this program alone, by kernel name, instead of the device's; only WebGPU has any. */
  readonly variants?: KernelVariants;
}

/** Things the device ever made; in a steady training loop only `submits` may grow. */
export interface DeviceStats {
  readonly buffersCreated: number;
  readonly pipelinesCreated: number;
  readonly bindGroupsCreated: number;
  readonly submits: number;
  /** Bytes of storages and programs alive now. */
  readonly bytesInUse: number;
}
