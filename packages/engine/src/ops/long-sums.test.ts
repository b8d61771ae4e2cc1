import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../devices/device.js';
import { checkValues } from '../testing/check-case.js';
import { gpuForTests } from '../testing/gpu-for-tests.js';
import { conv1dCases, conv1dWeightGradientCases } from './conv1d/cases.js';
import { gruWeightGradientCases } from './gru/cases.js';
import { enoughParts } from './long-sums.js';
import { matmulCases } from './matmul/cases.js';

/** One of each kind; the table of all ops checks every case with the variants that are the adapter's defaults. */
const long = [
  ...matmulCases.filter(({ name }) => name === '[7, 2000] · [2000, 5]'),
  ...conv1dWeightGradientCases.filter(({ name }) => name.startsWith('many splits')),
  ...gruWeightGradientCases.filter(({ name }) => name.includes('12 rows, 64 steps')),
];
const convolutions = conv1dCases.filter(({ name }) => /^(first layer|one of everything|stride 3)/.test(name));

describe.each([
  ['long sums', 'fewer', long],
  ['long sums', 'more', long],
  ['conv1d', '32 threads', convolutions],
  ['conv1d', '128 threads', convolutions],
] as const)('%s, %s', (kernel, variant, cases) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests({ variants: { [kernel]: variant } });
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  for (const opCase of cases) {
    it(opCase.name, async (context) => {
      expect((await checkValues(gpu(context), opCase)).problems).toEqual([]);
    });
  }
});

it('fewer and more are a quarter and four times of what is enough', () => {
  expect([{}, { 'long sums': 'fewer' }, { 'long sums': 'more' }].map((variants) => enoughParts(64, variants))).toEqual([
    64, 16, 256,
  ]);
});
