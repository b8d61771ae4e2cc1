import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../../devices/device.js';
import { checkValues } from '../../testing/check-case.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import { VARIANTS } from '../../tuning/variants.js';
import { conv1dCases, conv1dInputGradientCases, conv1dWeightGradientCases } from './cases.js';
import { epilogueCases } from './epilogue-cases.js';

/** One of each kind; the table of all ops checks every case with the variants that are the adapter's defaults. */
const chosen = {
  conv1d: [
    ...conv1dCases.filter(({ name }) =>
      /^(first layer|few weights|no bias|stride 2|padding wider|sigmoid|NaN)/.test(name),
    ),
    ...epilogueCases.filter(({ name }) => /^(fourth layer|channels beyond|a sample left)/.test(name)),
  ],
  conv1dInputGradient: conv1dInputGradientCases.filter(({ name }) =>
    /^(first layer|few weights|one sample|stride 3)/.test(name),
  ),
  conv1dWeightGradient: conv1dWeightGradientCases.filter(({ name }) =>
    /^(first layer of|one of everything|stride 3|padding wider|many splits)/.test(name),
  ),
};

const forms = [
  ...VARIANTS.conv1d.map((conv1d) => ({ conv1d })),
  ...VARIANTS['conv1d weight gradient'].map((name) => ({ 'conv1d weight gradient': name })),
];

describe.each(forms)('variants %o', (variants) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests({ variants });
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  const ops = Object.entries(chosen).filter(([op]) => 'conv1d' in variants !== (op === 'conv1dWeightGradient'));
  describe.each(ops)('%s', (_, cases) => {
    for (const opCase of cases) {
      it(opCase.name, async (context) => {
        expect((await checkValues(gpu(context), opCase)).problems).toEqual([]);
      });
    }
  });
});
