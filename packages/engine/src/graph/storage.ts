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
  /** The device whose memory it is: programs of others cannot use it. */
  readonly device: object;
  /** Queues a write of `data` at element `offset`. Throws INVALID_ARGUMENT where it does not lie within, at a whole element. */
  write(data: TensorData, offset?: number): void;
  /** The values after everything queued so far. */
  read(): Promise<TensorData>;
  /**
   * Gives the memory back at once, where otherwise only closing the device does. Whatever would still use it throws DEVICE_CLOSED
   * from then on: reading and writing it, and runs of programs with it. Safe to call twice.
   */
  release(): void;
  /** Throws DEVICE_CLOSED, DEVICE_LOST or the device's own error where the values cannot be used any more. */
  assertUsable(where: string): void;
}
