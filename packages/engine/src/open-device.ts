import type { Device } from './devices/device.js';
import type { WasmOpenOptions } from './devices/wasm/open.js';
import { openWebGpuDevice, type WebGpuOpenOptions } from './devices/webgpu/open.js';
import { EngineError, hasCode } from './errors.js';

export interface OpenOptions extends WebGpuOpenOptions, Pick<WasmOpenOptions, 'threads'> {
  /** `auto` (default): WebGPU on a real GPU, else WebAssembly, else the reference. A software adapter only when asked. */
  readonly kind?: 'auto' | 'webgpu' | 'wasm' | 'cpu';
}

/**
 * Opens a device on a page or in a worker; `@ecgpu/engine/node` has the same for Node. Throws NO_ADAPTER where `webgpu`
 * was asked for and there is none, NO_WASM likewise. What the choice does not need is not loaded.
 */
export async function openDevice({ kind = 'auto', ...options }: OpenOptions = {}): Promise<Device> {
  if (kind === 'cpu') return openReferenceDevice();
  if (kind === 'wasm') return openPageWasmDevice(options);
  try {
    return await openWebGpuDevice(pageGpu(), kind === 'auto' ? { ...options, software: false } : options);
  } catch (error) {
    if (kind === 'webgpu' || !hasCode(error, 'NO_ADAPTER')) throw error;
  }
  try {
    return await openPageWasmDevice(options);
  } catch (error) {
    if (!hasCode(error, 'NO_WASM')) throw error;
    return openReferenceDevice();
  }
}

function pageGpu(): GPU {
  const gpu = (globalThis as { readonly navigator?: { readonly gpu?: GPU } }).navigator?.gpu;
  if (gpu !== undefined) return gpu;
  throw new EngineError('NO_ADAPTER', 'this runtime has no navigator.gpu', {
    where: 'openDevice',
    fix: 'Serve the page over https or from localhost, in a browser with WebGPU; in Node import openDevice from @ecgpu/engine/node.',
  });
}

async function openReferenceDevice(): Promise<Device> {
  const { openCpuDevice } = await import('./devices/cpu/open.js');
  return openCpuDevice();
}

async function openPageWasmDevice(options: WasmOpenOptions): Promise<Device> {
  const [{ openWasmDeviceOn }, { browserPlatform }] = await Promise.all([
    import('./devices/wasm/open.js'),
    import('./devices/wasm/browser-workers.js'),
  ]);
  return openWasmDeviceOn(browserPlatform, options);
}
