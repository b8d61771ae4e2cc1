import { afterAll, beforeAll, type TestContext } from 'vitest';
import type { Device } from '../src/index.js';
import { openDevice } from '../src/node.js';
import { gpuForTests } from '../src/testing/gpu-for-tests.js';
import { openCpuDevice } from '../src/testing/index.js';

/** Devices that every promise of the engine is tested on. */
export const DEVICE_KINDS = ['cpu', 'wasm', 'webgpu'] as const;

/** Opens a device for the tests of a suite; without an adapter its WebGPU tests skip, and say so. */
export function deviceForSuite(kind: (typeof DEVICE_KINDS)[number]): (context: TestContext) => Device {
  let device: Device | undefined;
  beforeAll(async () => {
    if (kind === 'cpu') device = openCpuDevice();
    else device = kind === 'wasm' ? await openDevice({ kind, threads: 2 }) : await gpuForTests();
  });
  afterAll(() => device?.close());
  return (context) => device ?? context.skip('no WebGPU adapter on this machine');
}
