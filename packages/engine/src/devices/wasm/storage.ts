import { argumentError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import type { Storage, TensorData } from '../../graph/storage.js';
import type { WasmDevice } from './device.js';

/** A block of linear memory that outlives programs. */
export class WasmStorage implements Storage {
  readonly #device: WasmDevice;
  readonly #values: TensorData;

  constructor(
    device: WasmDevice,
    /** In bytes. */
    readonly address: number,
    readonly dtype: DType,
    readonly length: number,
    readonly label: string,
  ) {
    this.#device = device;
    this.#values = device.memory.view(dtype, address, length);
  }

  write(data: TensorData, offset = 0): void {
    this.#device.assertUsable(`${this.label}.write`);
    if (offset % 1 !== 0 || offset < 0 || offset + data.length > this.length) {
      throw argumentError(this.label, `${data.length} values at ${offset} do not fit in ${this.length}`);
    }
    this.#values.set(data, offset);
  }

  async read(): Promise<TensorData> {
    this.#device.assertUsable(`${this.label}.read`);
    return this.#values.slice();
  }
}
