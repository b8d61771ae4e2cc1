import type { Device } from '../devices/device.js';
import type { WebGpuOpenOptions } from '../devices/webgpu/open.js';
import { openDevice } from '../node.js';

/**
 * A WebGPU device for a test, or undefined on a machine without an adapter: the test then skips, and says so.
 * With REQUIRE_GPU=1 a missing adapter is a failure, so that no run passes by skipping.
 */
export async function gpuForTests(options: WebGpuOpenOptions = {}): Promise<Device | undefined> {
  try {
    return await openDevice({ kind: 'webgpu', ...options });
  } catch (error) {
    if (process.env['REQUIRE_GPU'] === '1') throw error;
    return undefined;
  }
}
