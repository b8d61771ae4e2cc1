import { argumentError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import type { Storage, TensorData } from '../../graph/storage.js';
import type { WebGpuDevice } from './device.js';
import { BYTES_PER_ELEMENT } from './usage.js';

export function typedArray(dtype: DType, buffer: ArrayBuffer): TensorData {
  if (dtype === 'f32') return new Float32Array(buffer);
  return dtype === 'i32' ? new Int32Array(buffer) : new Uint32Array(buffer);
}

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
    if (offset < 0 || offset + data.length > this.length) {
      throw argumentError(this.label, `${data.length} values at ${offset} do not fit in ${this.length}`);
    }
    const converted = this.#ofDtype(data);
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
    return typedArray(this.dtype, bytes);
  }

  #ofDtype(data: TensorData): TensorData {
    if (this.dtype === 'f32') return data instanceof Float32Array ? data : Float32Array.from(data);
    if (this.dtype === 'i32') return data instanceof Int32Array ? data : Int32Array.from(data);
    return data instanceof Uint32Array ? data : Uint32Array.from(data);
  }
}
