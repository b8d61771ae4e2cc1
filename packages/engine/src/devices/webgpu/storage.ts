import type { DType } from '../../graph/shape.js';
import { type TensorData, TYPED_ARRAYS } from '../../graph/storage.js';
import { DeviceStorage } from '../storage.js';
import type { WebGpuDevice } from './device.js';
import { BYTES_PER_ELEMENT } from './usage.js';

/** One GPUBuffer that outlives programs. */
export class WebGpuStorage extends DeviceStorage<WebGpuDevice> {
  readonly buffer: GPUBuffer;

  constructor(device: WebGpuDevice, dtype: DType, length: number, label: string) {
    super(device, dtype, length, label);
    this.buffer = device.createBuffer(length, label);
  }

  protected put(data: TensorData, offset: number): void {
    const OwnArray = TYPED_ARRAYS[this.dtype];
    const { buffer, byteOffset, byteLength } = data instanceof OwnArray ? data : OwnArray.from(data);
    this.device.gpu.queue.writeBuffer(
      this.buffer,
      offset * BYTES_PER_ELEMENT,
      buffer as ArrayBuffer,
      byteOffset,
      byteLength,
    );
  }

  protected async take(): Promise<TensorData> {
    const bytes = await this.device.readBuffer(this.buffer, 0, this.length * BYTES_PER_ELEMENT, this.label);
    return new TYPED_ARRAYS[this.dtype](bytes);
  }

  protected free(): void {
    this.device.destroyBuffer(this.buffer);
  }
}
