import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradientsOf } from '../../autodiff/gradients.js';
import { f32, i32 } from '../../graph/shape.js';
import { openDevice } from '../../node.js';
import { add, conv1d, gatherRows, multiply, scale, sum } from '../../ops/index.js';
import { operations } from '../../ops/registry.js';
import type { Device } from '../device.js';
import { wasmRules } from './rules/index.js';

const GATHERED = { table: Float32Array.from({ length: 15 }, (_, i) => i), index: Int32Array.of(1, 1, 4, -1) };
/** ∂/∂x of (2x)² is 8x for each time a row was gathered, and is doubled; a row that is none counts nowhere. */
const DOUBLED = [...GATHERED.table].map((x, i) => 16 * x * [0, 2, 0, 0, 1][Math.floor(i / 3)]!);

async function gatherTwice(device: Device) {
  return device.compile({ table: f32(5, 3), index: i32(4) }, ({ table, index }) => {
    const rows = gatherRows(scale(table, 2), index);
    const [gradient] = gradientsOf(sum(multiply(rows, rows)), [table]);
    return { doubled: add(gradient!, gradient!) };
  });
}

describe('a program on the wasm device', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm', threads: 2 });
  });
  afterAll(() => device.close());

  it('runs references between kernels, and its profile says which', async () => {
    const { gatherGradient } = wasmRules;
    delete wasmRules.gatherGradient;
    const program = await gatherTwice(device).finally(() => Object.assign(wasmRules, { gatherGradient }));
    program.run(GATHERED);
    expect([...(await program.read('doubled'))]).toEqual(DOUBLED);
    const profile = await program.profile();
    expect(profile.map(({ kernel }) => kernel)).toContain('gatherGradient (reference)');
    expect(profile.map(({ kernel }) => kernel)).toContain('gather');
    expect(profile.every(({ microseconds }) => microseconds >= 0)).toBe(true);
    expect([...(await program.read('doubled'))]).toEqual(DOUBLED);
    program.release();
  });

  it('has a kernel for every op but reshape, which moves nothing', async () => {
    expect(Object.keys(operations).filter((op) => !(op in wasmRules))).toEqual(['reshape']);
    const program = await gatherTwice(device);
    program.run(GATHERED);
    expect([...(await program.read('doubled'))]).toEqual(DOUBLED);
    expect((await program.profile()).filter(({ kernel }) => kernel.endsWith('(reference)'))).toEqual([]);
    program.release();
  });

  it.each([3, 5])(
    'takes fewer products for kernels of %i where the batch and the channels are enough',
    async (kernel) => {
      const kernelsOf = async (batch: number, channels: number) => {
        const program = await device.compile(
          { x: f32(batch, channels, 40), weight: f32(32, channels, kernel) },
          ({ x, weight }) => {
            const y = conv1d(x, weight, undefined, { padding: (kernel - 1) / 2 });
            const [dx, dweight] = gradientsOf(sum(multiply(y, y)), [x, weight]);
            return { dx: dx!, dweight: dweight! };
          },
        );
        program.run({ x: new Float32Array(batch * channels * 40), weight: new Float32Array(32 * channels * kernel) });
        const kernels = new Set((await program.profile()).map((time) => time.kernel));
        program.release();
        return ['convolveWinograd', 'multiplyGradients', 'convolve', 'convolveWeights'].filter((name) =>
          kernels.has(name),
        );
      };
      const direct = ['convolve', 'convolveWeights'];
      expect(await kernelsOf(16, 24)).toEqual(['convolveWinograd', 'multiplyGradients']);
      expect(await kernelsOf(6, 24)).toEqual(direct);
      expect(await kernelsOf(16, 12)).toEqual(direct);
    },
  );

  it('makes nothing in a run and gives its memory back', async () => {
    const before = device.stats();
    const compile = () => device.compile({ x: f32(100_000) }, ({ x }) => ({ y: scale(add(x, x), 3) }));
    const program = await compile();
    const made = device.stats();
    expect(made.bytesInUse).toBeGreaterThan(before.bytesInUse);
    for (let run = 0; run < 5; run++) program.run({ x: new Float32Array(100_000) });
    expect(device.stats()).toEqual({ ...made, submits: made.submits + 5 });
    program.release();
    program.release();
    expect(device.stats().bytesInUse).toBe(before.bytesInUse);
    // A program of the same size lies where the first one lay, and starts from zeros all the same.
    const again = await compile();
    expect([...(await again.read('y'))].every((value) => value === 0)).toBe(true);
    again.release();
    expect(() => again.run({ x: new Float32Array(100_000) })).toThrow(
      expect.objectContaining({ code: 'DEVICE_CLOSED' }),
    );
  });
});
