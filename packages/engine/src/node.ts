import { openCpuDevice } from './devices/cpu/open.js';
import type { Device } from './devices/device.js';
import type { WasmOpenOptions } from './devices/wasm/open.js';
import { openWebGpuDevice, type WebGpuOpenOptions } from './devices/webgpu/open.js';
import { hasCode } from './errors.js';
import { nodeGpu } from './node-gpu.js';
import { sleepBetweenTurns } from './node-waiting.js';

export { type AdapterReport, inspectAdapters } from './node-adapters.js';
export { nodeGpu } from './node-gpu.js';
export { readTuningFile, tuningFile, writeTuningFile } from './node-tuning-file.js';
export { inspectWasm, type WasmReport } from './node-wasm.js';

export interface NodeOpenOptions extends WebGpuOpenOptions, Pick<WasmOpenOptions, 'threads'> {
  /** `auto` (default): WebGPU on a real GPU, else WebAssembly, else the reference. A software adapter only when asked. */
  readonly kind?: 'auto' | 'webgpu' | 'wasm' | 'cpu';
}

/**
 * Opens a device in Node. Throws NO_ADAPTER or NO_WEBGPU_PACKAGE where `webgpu` was asked for and there is none, NO_WASM
 * or NO_THREADS likewise for `wasm`.
 */
export async function openDevice({ kind = 'auto', ...options }: NodeOpenOptions = {}): Promise<Device> {
  if (kind === 'cpu') return openCpuDevice();
  if (kind === 'wasm') return openNodeWasmDevice(options);
  try {
    const asked = { waiting: sleepBetweenTurns, ...options };
    return await openWebGpuDevice(await nodeGpu(), kind === 'auto' ? { ...asked, software: false } : asked);
  } catch (error) {
    if (kind === 'webgpu' || !hasCode(error, 'NO_ADAPTER', 'NO_WEBGPU_PACKAGE')) throw error;
  }
  try {
    return await openNodeWasmDevice(options);
  } catch (error) {
    if (!hasCode(error, 'NO_WASM')) throw error;
    return openCpuDevice();
  }
}

async function openNodeWasmDevice(options: WasmOpenOptions): Promise<Device> {
  const [{ openWasmDeviceOn }, { nodePlatform }] = await Promise.all([
    import('./devices/wasm/open.js'),
    import('./devices/wasm/node-workers.js'),
  ]);
  return openWasmDeviceOn(nodePlatform, options);
}
