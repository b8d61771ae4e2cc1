import type { WebGpuDeviceOptions } from './device.js';
import { BufferUsage, MAP_MODE_READ } from './usage.js';

/** Brings device memory to the host through staging buffers that are used again. */
export class Readback {
  readonly #device: GPUDevice;
  readonly #free = new Map<number, GPUBuffer[]>();
  readonly #waiting: WebGpuDeviceOptions['waiting'];
  #created = 0;

  constructor(device: GPUDevice, waiting?: WebGpuDeviceOptions['waiting']) {
    this.#device = device;
    this.#waiting = waiting;
  }

  get created(): number {
    return this.#created;
  }

  /** The bytes after everything submitted so far. Rejects when mapping fails; never gives zeros for lost data. */
  async read(source: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const free = this.#free.get(bytes) ?? [];
    this.#free.set(bytes, free);
    const staging = free.pop() ?? this.#make(bytes);
    const encoder = this.#device.createCommandEncoder({ label: 'readback' });
    encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
    this.#device.queue.submit([encoder.finish()]);
    const mapped = staging.mapAsync(MAP_MODE_READ, 0, bytes);
    this.#waiting?.(mapped);
    await mapped;
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    free.push(staging);
    return copy;
  }

  #make(bytes: number): GPUBuffer {
    this.#created++;
    return this.#device.createBuffer({
      label: `readback ${bytes}`,
      size: bytes,
      usage: BufferUsage.MAP_READ | BufferUsage.COPY_DST,
    });
  }
}
