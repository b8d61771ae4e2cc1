import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../../devices/device.js';
import { checkValues } from '../../testing/check-case.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import type { OpCase } from '../../testing/op-case.js';
import { VARIANTS } from '../../tuning/variants.js';
import { linearCases, matmulCases } from './cases.js';

/** One of each kind; the table of all ops checks every case with the variant that is the adapter's default. */
const chosen: readonly OpCase[] = [...matmulCases, ...linearCases].filter(({ name }) =>
  /^\[31, 33|^beyond|^tiles.*(68|36|32)\]$|^\[7, 2000\] · \[2000, 5\]$|^batched|48, tanh$|bias, relu$/.test(name),
);

describe.each(VARIANTS.matmul)('matmul, %s', (matmul) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests({ variants: { matmul } });
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  for (const opCase of chosen) {
    it(opCase.name, async (context) => {
      expect((await checkValues(gpu(context), opCase)).problems).toEqual([]);
    });
  }
});
