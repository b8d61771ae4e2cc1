import { argumentError, EngineError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import { type Storage, type TensorData, TYPED_ARRAYS } from '../../graph/storage.js';
import type { CpuDevice } from './device.js';

/** f32 tensors of a program are held as f64: the reference rounds nowhere in between. */
export type CpuArray = Float64Array | TensorData;

export function cpuArray(dtype: DType, length: number): CpuArray {
  return orOutOfMemory(length, () => (dtype === 'f32' ? new Float64Array(length) : new TYPED_ARRAYS[dtype](length)));
}

function orOutOfMemory<T>(length: number, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new EngineError('OUT_OF_MEMORY', `the runtime has no array of ${length} numbers`, {
      where: 'cpu device',
      fix: 'Use smaller shapes.',
      cause,
    });
  }
}

/**
 * State is f32, as on every device and in checkpoints: an update rounds what it stores, once, so that a training which was
 * interrupted goes on with the bits it would have had.
 */
export class CpuStorage implements Storage {
  readonly values: TensorData;
  readonly #device: CpuDevice;

  constructor(
    device: CpuDevice,
    readonly dtype: DType,
    readonly length: number,
    readonly label: string,
  ) {
    this.#device = device;
    this.values = orOutOfMemory(length, () => new TYPED_ARRAYS[dtype](length));
  }

  write(data: TensorData, offset = 0): void {
    this.#device.assertAlive(`${this.label}.write`);
    if (offset % 1 !== 0 || offset < 0 || offset + data.length > this.length) {
      throw argumentError(this.label, `${data.length} values at ${offset} do not fit in ${this.length}`);
    }
    this.values.set(data, offset);
  }

  async read(): Promise<TensorData> {
    this.#device.assertAlive(`${this.label}.read`);
    return this.values.slice();
  }
}
