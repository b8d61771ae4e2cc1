import { openCpuDevice } from './devices/cpu/open.js';
import type { Device } from './devices/device.js';
import { openWebGpuDevice, type WebGpuOpenOptions } from './devices/webgpu/open.js';
import { EngineError } from './errors.js';
import { nodeGpu } from './node-gpu.js';

export { type AdapterReport, inspectAdapters } from './node-adapters.js';
export { nodeGpu } from './node-gpu.js';

export interface NodeOpenOptions extends WebGpuOpenOptions {
  /** `auto` (default): WebGPU where there is an adapter, else the CPU reference. */
  readonly kind?: 'auto' | 'webgpu' | 'cpu';
}

/** Opens a device in Node. Throws NO_ADAPTER or NO_WEBGPU_PACKAGE where `webgpu` was asked for and there is none. */
export async function openDevice({ kind = 'auto', ...options }: NodeOpenOptions = {}): Promise<Device> {
  if (kind === 'cpu') return openCpuDevice();
  try {
    return await openWebGpuDevice(await nodeGpu(), options);
  } catch (error) {
    const missing = error instanceof EngineError && (error.code === 'NO_ADAPTER' || error.code === 'NO_WEBGPU_PACKAGE');
    if (kind === 'webgpu' || !missing) throw error;
    return openCpuDevice();
  }
}
