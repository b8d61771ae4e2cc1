import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../../devices/device.js';
import { checkGradients, checkValues } from '../../testing/check-case.js';
import { DEFAULT_LIMITS } from '../../testing/default-limits.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import { gruRecurrenceCases, gruRecurrenceGradientCases, gruWeightGradientCases } from './cases.js';
import { choosePlacement, GRU_PLACEMENTS } from './placement.js';

const cases = [...gruRecurrenceCases, ...gruRecurrenceGradientCases, ...gruWeightGradientCases];
/** Smaller batches are not run in blocks. */
const inBlocks = cases.filter(({ name }) => /, (12|13|64|66000) rows|weight derivative, 7 rows/.test(name));

describe.each([...Object.keys(GRU_PLACEMENTS), 'blocks'])('GRU, variant %s', (variant) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await gpuForTests({ variants: { gru: variant } });
  });
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  for (const opCase of variant === 'blocks' ? inBlocks : cases) {
    it(`${opCase.name}: values`, async (context) => {
      expect((await checkValues(gpu(context), opCase)).problems).toEqual([]);
    });
    if (opCase.gradients !== undefined && 'skip' in opCase.gradients) continue;
    it(`${opCase.name}: gradients`, async (context) => {
      expect((await checkGradients(gpu(context), opCase)).problems).toEqual([]);
    });
  }
});

describe('choosePlacement', () => {
  const choose = (hidden: number, gru?: string, exchanged: 1 | 4 = 1) =>
    choosePlacement({ batch: 64, hidden, exchanged }, gru === undefined ? {} : { gru }, DEFAULT_LIMITS);

  it('keeps the weights of small GRUs in registers and leaves those of large ones in storage', () => {
    expect([24, 32, 33, 64, 128, 256].map((hidden) => choose(hidden).placement)).toEqual([
      'private',
      'private',
      'storage',
      'storage',
      'storage',
      'storage',
    ]);
  });

  it('takes the variant asked for where it fits', () => {
    expect(choose(32, 'workgroup').placement).toBe('workgroup');
    expect(choose(32, 'storage').placement).toBe('storage');
    expect(choose(64, 'private').placement).toBe('private');
    expect(choose(64, 'workgroup').placement).toBe('storage');
    expect(choose(128, 'private').placement).toBe('storage');
    expect(choose(32, 'nowhere').placement).toBe('private');
    expect(choose(32, 'blocks').placement).toBe('workgroup');
  });

  it.each([1, 4] as const)('stays within the memory that every device has, %i values exchanged', (exchanged) => {
    for (let hidden = 1; hidden <= 256; hidden++) {
      for (const placement of Object.keys(GRU_PLACEMENTS)) {
        const { workgroupBytes } = choose(hidden, placement, exchanged);
        expect(workgroupBytes).toBeLessThanOrEqual(DEFAULT_LIMITS.maxComputeWorkgroupStorageSize);
      }
    }
  });
});
