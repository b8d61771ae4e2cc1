import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../../devices/device.js';
import { f32 } from '../../graph/shape.js';
import { Parameters } from '../../nn/parameters.js';
import { linear } from '../../ops/matmul/linear.js';
import { sum } from '../../ops/reduce/reduce.js';
import { gradients } from '../../optim/gradients.js';
import { adamw } from '../../optim/optimisers.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import { WebGpuDevice } from './device.js';
import { rooflineOf } from './roofline.js';

const [ROWS, WIDTH, FEATURES] = [32, 16, 8];

describe('a profile', () => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests();
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  it('sets every kernel beside the peaks of the device', async (context) => {
    const values = new Float32Array(FEATURES * WIDTH).fill(0.1);
    const parameters = new Parameters(gpu(context), new Map([['w', { shape: [FEATURES, WIDTH], values }]]));
    const program = await gpu(context).compile({ x: f32(ROWS, WIDTH) }, ({ x }) => {
      const y = linear(x, parameters.get('w'));
      return { y, w: adamw(parameters, gradients(sum(y), parameters)) };
    });
    program.run({ x: new Float32Array(ROWS * WIDTH) }, { learningRate: 1e-3, step: 1 });
    const rows = await program.profile();
    const roofline = (await rooflineOf(gpu(context) as WebGpuDevice))!;
    expect(roofline.gflops).toBeGreaterThan(0);
    expect(roofline.gigabytesPerSecond).toBeGreaterThan(0);

    for (const [index, row] of rows.entries()) {
      expect(row.startMicroseconds).toBeGreaterThanOrEqual(index === 0 ? 0 : rows[index - 1]!.startMicroseconds);
      if (row.microseconds === 0) continue;
      const parts = [row.gflops / roofline.gflops, row.gigabytesPerSecond / roofline.gigabytesPerSecond];
      expect(row.percentOfRoofline).toBeCloseTo(100 * Math.max(...parts), 8);
      expect(row.bound).toBe(parts[0]! > parts[1]! ? 'compute' : 'memory');
    }
    // No bias was given: the weight stands in for it, and is read once.
    const product = rows.find(({ label }) => label.startsWith('matmul'))!;
    expect(product.gflops * product.microseconds * 1e3).toBeCloseTo(2 * ROWS * WIDTH * FEATURES, 3);
    const read = ROWS * WIDTH + FEATURES * WIDTH + ROWS * FEATURES;
    expect(product.gigabytesPerSecond * product.microseconds * 1e3).toBeCloseTo(4 * read, 3);
    program.release();
  });

  it('measures the peaks once a device', async (context) => {
    const own = gpu(context) as WebGpuDevice;
    expect(own).toBeInstanceOf(WebGpuDevice);
    expect(rooflineOf(own)).toBe(rooflineOf(own));
    const { buffersCreated, bytesInUse } = own.stats();
    await rooflineOf(own);
    expect(own.stats()).toMatchObject({ buffersCreated, bytesInUse });
  });
});
