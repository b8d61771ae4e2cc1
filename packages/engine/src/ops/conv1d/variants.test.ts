import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../../devices/device.js';
import { checkValues } from '../../testing/check-case.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import { conv1dWeightGradientCases } from './cases.js';

/** One of each kind; the table of all ops checks every case with the variant that is the adapter's default. */
const chosen = conv1dWeightGradientCases.filter(({ name }) =>
  /^(first layer|third layer|one of everything|stride 3|padding wider|many splits)/.test(name),
);

describe.each(['shared', 'direct'])('weight gradient of conv1d, %s', (variant) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests({ variants: { 'conv1d weight gradient': variant } });
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  for (const opCase of chosen) {
    it(opCase.name, async (context) => {
      expect((await checkValues(gpu(context), opCase)).problems).toEqual([]);
    });
  }
});
