import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradientsOf } from '../../autodiff/gradients.js';
import { f32, i32 } from '../../graph/shape.js';
import type { TensorData } from '../../graph/storage.js';
import { openDevice } from '../../node.js';
import { add, conv1d, gatherRows, multiply, scale, sum } from '../../ops/index.js';
import { operations } from '../../ops/registry.js';
import { RandomGenerator } from '../../random/generator.js';
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

  it('convolves for a training as trainings do, and faster otherwise', async () => {
    const operands = { x: f32(16, 24, 40), weight: f32(32, 24, 3), bias: f32(32) };
    const random = new RandomGenerator(1);
    const values = Object.fromEntries(
      Object.entries(operands).map(([name, { shape }]) => [
        name,
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform(-1, 1)),
      ]),
    );
    const [kernels, results] = [new Map<boolean, string[]>(), new Map<boolean, TensorData>()];
    for (const training of [true, false]) {
      const program = await device.compile(
        operands,
        ({ x, weight, bias }) => ({ y: conv1d(x, weight, bias, { padding: 1 }) }),
        { training },
      );
      program.run(values as never);
      results.set(training, await program.read('y'));
      kernels.set(
        training,
        (await program.profile()).map(({ kernel }) => kernel),
      );
      program.release();
    }
    expect(kernels.get(false)).toContain('convolveWinograd');
    expect(kernels.get(true)).not.toContain('convolveWinograd');
    const [direct, fast] = [results.get(true)!, results.get(false)!];
    expect(direct).not.toEqual(fast);
    expect(Math.max(...Array.from(direct, (value, i) => Math.abs(value - fast[i]!)))).toBeLessThan(1e-4);
  });

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
