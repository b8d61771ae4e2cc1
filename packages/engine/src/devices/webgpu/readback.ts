import type { WebGpuDeviceOptions } from './device.js';
import { BufferUsage, MAP_MODE_READ } from './usage.js';

/** Staging buffers that wait for the next read of their size; without a limit, each size ever read would keep its own. */
const MOST_KEPT = 16;

/** Brings device memory to the host through staging buffers that are used again. */
export class Readback {
  readonly #device: GPUDevice;
  readonly #free: GPUBuffer[] = [];
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
    const at = this.#free.findIndex(({ size }) => size === bytes);
    const staging = at < 0 ? this.#make(bytes) : this.#free.splice(at, 1)[0]!;
    const encoder = this.#device.createCommandEncoder({ label: 'readback' });
    encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
    this.#device.queue.submit([encoder.finish()]);
    const mapped = staging.mapAsync(MAP_MODE_READ, 0, bytes);
    this.#waiting?.(mapped);
    await mapped;
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    if (this.#free.push(staging) > MOST_KEPT) this.#free.shift()!.destroy();
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
