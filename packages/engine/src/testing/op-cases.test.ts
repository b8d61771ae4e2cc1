import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { openCpuDevice } from '../devices/cpu/open.js';
import type { Device } from '../devices/device.js';
import { nodePlatform } from '../devices/wasm/node-workers.js';
import { openWasmDeviceOn } from '../devices/wasm/open.js';
import { checkGradients, checkReferenceGradients, checkValues } from './check-case.js';
import { gpuForTests } from './gpu-for-tests.js';
import type { OpCase } from './op-case.js';
import { opCases } from './op-cases.js';
import { needRelaxedSimd } from './relaxed-simd-for-tests.js';
import { prepareCase } from './run-case.js';

const table = Object.entries(opCases) as [string, readonly OpCase[]][];

describe.each(table)('%s, reference', (op, cases) => {
  it('has cases', () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases.map((opCase) => [opCase.name, opCase] as const))('%s: is used', async (_, opCase) => {
    const { program, release } = await prepareCase(openCpuDevice(), opCase);
    expect(program.plan.nodes.map(({ node }) => node.op.name)).toContain(op);
    release();
  });

  for (const opCase of cases) {
    if (opCase.gradients !== undefined && 'skip' in opCase.gradients) continue;
    it(`${opCase.name}: gradient equals central differences`, async () => {
      expect((await checkReferenceGradients(opCase)).problems).toEqual([]);
    });
  }
});

describe.each(['adapter', 'default'] as const)('WebGPU with %s limits', (limits) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests({ limits });
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  describe.each(table)('%s', (_, cases) => {
    for (const opCase of cases) {
      it(`${opCase.name}: values`, async (context) => {
        expect((await checkValues(gpu(context), opCase)).problems).toEqual([]);
      });
      if (opCase.gradients !== undefined && 'skip' in opCase.gradients) continue;
      it(`${opCase.name}: gradients`, async (context) => {
        expect((await checkGradients(gpu(context), opCase)).problems).toEqual([]);
      });
    }
  });
});

describe.each(['simd', 'relaxed-simd'] as const)('WebAssembly %s', (variant) => {
  let device: Device;
  beforeAll(async () => {
    if (variant === 'relaxed-simd') needRelaxedSimd();
    device = await openWasmDeviceOn(nodePlatform, { threads: 2, variant });
  });
  afterAll(() => device.close());

  describe.each(table)('%s', (_, cases) => {
    for (const opCase of cases) {
      it(`${opCase.name}: values`, async () => {
        expect((await checkValues(device, opCase)).problems).toEqual([]);
      });
      if (opCase.gradients !== undefined && 'skip' in opCase.gradients) continue;
      it(`${opCase.name}: gradients`, async () => {
        expect((await checkGradients(device, opCase)).problems).toEqual([]);
      });
    }
  });
});
