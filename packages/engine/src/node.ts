import { openCpuDevice } from './devices/cpu/open.js';
import type { Device } from './devices/device.js';
import { openWebGpuDevice, type WebGpuOpenOptions } from './devices/webgpu/open.js';
import { EngineError } from './errors.js';

export interface NodeOpenOptions extends WebGpuOpenOptions {
  /** `auto` (default): WebGPU where there is an adapter, else the CPU reference. */
  readonly kind?: 'auto' | 'webgpu' | 'cpu';
}

/**
 * Dawn's instance dies with the wrapper that `create()` returns and takes live devices along, so it is made once a
 * process and kept.
 */
let dawn: Promise<GPU> | undefined;

/** WebGPU in Node, through the optional `webgpu` package. Throws NO_WEBGPU_PACKAGE where it cannot be loaded. */
export function nodeGpu(): Promise<GPU> {
  dawn ??= import('webgpu').then(
    ({ create }) => create([]),
    (cause: unknown) => {
      dawn = undefined;
      throw new EngineError('NO_WEBGPU_PACKAGE', 'the package `webgpu` could not be loaded', {
        where: 'openDevice',
        fix: 'npm install webgpu (Linux x64/arm64 with glibc ≥ 2.34, macOS or Windows), or use the cpu device.',
        cause,
      });
    },
  );
  return dawn;
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
