import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type KernelConstants, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { apply } from '../../graph/trace.js';
import { u32 } from '../../index.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import { prelude } from './prelude.js';

const bitsOf = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const numberOf = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

const LARGEST = numberOf(0x7f7f_ffff);
const EDGES = [
  0,
  -0,
  1,
  -1,
  2 ** 24 + 2,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 33,
  1e20,
  LARGEST,
  -LARGEST,
  2 ** -126,
  0.1,
];
const SMALLER_THAN_NORMAL = [2 ** -149, -(2 ** -149), numberOf(0x007f_ffff)];

const finite = fc
  .integer({ min: 0, max: 0xffff_ffff })
  .filter((bits) => ((bits >>> 23) & 0xff) !== 0xff)
  .map(numberOf);

it('an f32 constant is written with the digits of just this number, −0 as 0', () => {
  const check = (value: number) => {
    const [, literal] = /^const X: f32 = (-?[0-9.]+e[+-][0-9]+)f;\n$/.exec(prelude({ X: { f32: value } }))!;
    expect(bitsOf(Number(literal))).toBe(bitsOf(value + 0));
  };
  for (const value of [...EDGES, ...SMALLER_THAN_NORMAL]) check(value);
  fc.assert(fc.property(finite, check), { numRuns: 2000 });
});

it('and it is just this number to the shader compiler', async (context) => {
  const device = (await gpuForTests()) ?? context.skip('no WebGPU adapter on this machine');
  const values = [...EDGES, ...SMALLER_THAN_NORMAL, ...fc.sample(finite, { numRuns: 300, seed: 1 })];
  const constants: KernelConstants = Object.fromEntries(values.map((value, i) => [`X_${i}`, { f32: value }]));
  const stores = values.map((_, i) => `y[${i}] = bitcast<u32>(X_${i});`).join('\n');
  const source = `@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;
@compute @workgroup_size(1) fn main() {
${stores}
}`;
  const op = defineOp({
    name: 'constants',
    infer: ([x]) => [x!],
    webgpu: ({ input, output }) => [
      {
        kernel: { name: 'constants', source },
        constants,
        bindings: [read(input(0)), write(output(0))],
        workgroups: [1, 1, 1],
      },
    ],
  });
  const program = await device.compile({ x: u32(values.length) }, ({ x }) => ({ y: apply(op, [x], {})[0]! }));
  program.run({ x: new Uint32Array(values.length) });
  expect([...(await program.read('y'))]).toEqual(values.map((value) => bitsOf(value + 0)));
  device.close();
});
