import type { DType } from '../../graph/shape.js';
import type { TensorData } from '../../graph/storage.js';
import { DeviceStorage } from '../storage.js';
import type { WasmDevice } from './device.js';

/** A block of linear memory that outlives programs. */
export class WasmStorage extends DeviceStorage<WasmDevice> {
  readonly #values: TensorData;

  constructor(
    device: WasmDevice,
    /** In bytes. */
    readonly address: number,
    dtype: DType,
    length: number,
    label: string,
  ) {
    super(device, dtype, length, label);
    this.#values = device.memory.view(dtype, address, length);
  }

  protected put(data: TensorData, offset: number): void {
    this.#values.set(data, offset);
  }

  protected take(): TensorData {
    return this.#values.slice();
  }

  protected free(): void {
    this.device.free(this.address, this.#values.byteLength);
  }
}
