import { argumentError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import { type Storage, type TensorData, TYPED_ARRAYS } from '../../graph/storage.js';
import type { WebGpuDevice } from './device.js';
import { BYTES_PER_ELEMENT } from './usage.js';

/** One GPUBuffer that outlives programs. */
export class WebGpuStorage implements Storage {
  readonly #device: WebGpuDevice;

  constructor(
    device: WebGpuDevice,
    readonly buffer: GPUBuffer,
    readonly dtype: DType,
    readonly length: number,
    readonly label: string,
  ) {
    this.#device = device;
  }

  write(data: TensorData, offset = 0): void {
    this.#device.assertUsable(`${this.label}.write`);
    if (offset % 1 !== 0 || offset < 0 || offset + data.length > this.length) {
      throw argumentError(this.label, `${data.length} values at ${offset} do not fit in ${this.length}`);
    }
    const OwnArray = TYPED_ARRAYS[this.dtype];
    const converted = data instanceof OwnArray ? data : OwnArray.from(data);
    this.#device.gpu.queue.writeBuffer(
      this.buffer,
      offset * BYTES_PER_ELEMENT,
      converted.buffer as ArrayBuffer,
      converted.byteOffset,
      converted.byteLength,
    );
  }

  async read(): Promise<TensorData> {
    const bytes = await this.#device.readBuffer(this.buffer, 0, this.length * BYTES_PER_ELEMENT, this.label);
    return new TYPED_ARRAYS[this.dtype](bytes);
  }
}
