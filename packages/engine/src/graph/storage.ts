import type { DType } from './shape.js';

export type TensorData = Float32Array | Int32Array | Uint32Array;

/** What holds the elements of each type on the host. */
export const TYPED_ARRAYS = { f32: Float32Array, i32: Int32Array, u32: Uint32Array } as const satisfies Record<
  DType,
  unknown
>;

/**
 * Memory on a device that outlives programs: parameters, optimiser moments, running statistics, a data set.
 * Several programs may use one storage.
 */
export interface Storage {
  readonly label: string;
  readonly dtype: DType;
  /** Elements. */
  readonly length: number;
  /** Queues a write of `data` at element `offset`. Throws INVALID_ARGUMENT where it does not lie within, at a whole element. */
  write(data: TensorData, offset?: number): void;
  /** The values after everything queued so far. */
  read(): Promise<TensorData>;
}
