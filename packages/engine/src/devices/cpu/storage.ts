import { EngineError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import { type TensorData, TYPED_ARRAYS } from '../../graph/storage.js';
import { DeviceStorage } from '../storage.js';
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
export class CpuStorage extends DeviceStorage<CpuDevice> {
  readonly values: TensorData;

  constructor(device: CpuDevice, dtype: DType, length: number, label: string) {
    super(device, dtype, length, label);
    this.values = orOutOfMemory(length, () => new TYPED_ARRAYS[dtype](length));
  }

  protected put(data: TensorData, offset: number): void {
    this.values.set(data, offset);
  }

  protected take(): TensorData {
    return this.values.slice();
  }

  protected free(): void {
    this.device.countReleased(this.values.byteLength);
  }
}
