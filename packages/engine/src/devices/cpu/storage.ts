import { argumentError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import type { Storage, TensorData } from '../../graph/storage.js';
import type { CpuDevice } from './device.js';

/** f32 tensors of a program are held as f64: the reference rounds nowhere in between. */
export type CpuArray = Float64Array | Float32Array | Int32Array | Uint32Array;

export function cpuArray(dtype: DType, length: number): CpuArray {
  return dtype === 'f32' ? new Float64Array(length) : stateArray(dtype, length);
}

function stateArray(dtype: DType, length: number): Float32Array | Int32Array | Uint32Array {
  if (dtype === 'f32') return new Float32Array(length);
  return dtype === 'i32' ? new Int32Array(length) : new Uint32Array(length);
}

/**
 * State is f32, as on every device and in checkpoints: an update rounds what it stores, once, so that a training which was
 * interrupted goes on with the bits it would have had.
 */
export class CpuStorage implements Storage {
  readonly values: Float32Array | Int32Array | Uint32Array;
  readonly #device: CpuDevice;

  constructor(
    device: CpuDevice,
    readonly dtype: DType,
    readonly length: number,
    readonly label: string,
  ) {
    this.#device = device;
    this.values = stateArray(dtype, length);
  }

  write(data: TensorData, offset = 0): void {
    this.#device.assertAlive(`${this.label}.write`);
    if (offset < 0 || offset + data.length > this.length) {
      throw argumentError(this.label, `${data.length} values at ${offset} do not fit in ${this.length}`);
    }
    this.values.set(data, offset);
  }

  async read(): Promise<TensorData> {
    this.#device.assertAlive(`${this.label}.read`);
    return this.values.slice();
  }
}
