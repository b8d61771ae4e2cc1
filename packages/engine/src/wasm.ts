import type { Device } from './devices/device.js';
import { browserPlatform } from './devices/wasm/browser-workers.js';
import { openWasmDeviceOn, type WasmOpenOptions } from './devices/wasm/open.js';

export type { WasmVariant } from './devices/wasm/binary.js';
export type { WasmOpenOptions } from './devices/wasm/open.js';

/**
 * Opens a device of SIMD kernels in WebAssembly on a page: for machines without a GPU. Several threads need a
 * cross-origin isolated page; the device's description says how many there are. A run blocks the thread it is called
 * on, so a page that stays responsive opens the device in a worker of its own. In Node: `openDevice({ kind: 'wasm' })`.
 * Throws NO_WASM where the runtime has no WebAssembly SIMD.
 */
export function openWasmDevice(options: WasmOpenOptions = {}): Promise<Device> {
  return openWasmDeviceOn(browserPlatform, options);
}
