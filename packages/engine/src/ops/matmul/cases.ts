import { f32 } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import type { Activation } from '../activation/activation.js';
import { linear } from './linear.js';
import { matmul } from './matmul.js';

const extents: [m: number, k: number, n: number][] = [
  [1, 1, 1],
  [31, 33, 17],
  [32, 16, 32],
  [65, 48, 33],
  [7, 2000, 5],
];

/** Columns in fours, so that CPUs read them so, to both sides of a tile's edges; odd sums; the last in parts of an odd length. */
const tiles: [batch: number, m: number, k: number, n: number][] = [
  [1, 8, 3, 64],
  [1, 33, 5, 68],
  [2, 9, 6, 36],
  [1, 3, 515, 32],
];

export const matmulCases: readonly OpCase[] = [
  ...extents.flatMap(([m, k, n]) =>
    [
      { transposeA: false, transposeB: false },
      { transposeA: true, transposeB: false },
      { transposeA: false, transposeB: true },
      { transposeA: true, transposeB: true },
    ].map(
      (transposes): OpCase => ({
        name: `[${m}, ${k}]${transposes.transposeA ? 'ᵀ' : ''} · [${k}, ${n}]${transposes.transposeB ? 'ᵀ' : ''}`,
        inputs: {
          a: { type: transposes.transposeA ? f32(k, m) : f32(m, k) },
          b: { type: transposes.transposeB ? f32(n, k) : f32(k, n) },
        },
        build: ({ a, b }) => ({ c: matmul(a!, b!, transposes) }),
        tolerance: { terms: k + 2, scale: 'absolute' },
        gradients: { terms: 2 * (k + m + n) + 8, scale: 'absolute' },
      }),
    ),
  ),
  {
    name: 'batched [3, 5, 40] · [3, 40, 9]',
    inputs: { a: { type: f32(3, 5, 40) }, b: { type: f32(3, 40, 9) } },
    build: ({ a, b }) => ({ c: matmul(a!, b!) }),
    tolerance: { terms: 42, scale: 'absolute' },
    gradients: { terms: 120, scale: 'absolute' },
  },
  {
    name: 'beyond the largest tile, 128: [129, 17] · [17, 130]',
    inputs: { a: { type: f32(129, 17) }, b: { type: f32(17, 130) } },
    build: ({ a, b }) => ({ c: matmul(a!, b!) }),
    tolerance: { terms: 19, scale: 'absolute' },
    gradients: { terms: 2 * (129 + 17 + 130) + 8, scale: 'absolute' },
  },
  ...tiles.map(
    ([batch, m, k, n]): OpCase => ({
      name: `tiles of 8 or 32 × 64: [${batch}, ${m}, ${k}] · [${batch}, ${k}, ${n}]`,
      inputs: { a: { type: f32(batch, m, k) }, b: { type: f32(batch, k, n) } },
      build: ({ a, b }) => ({ c: matmul(a!, b!) }),
      tolerance: { terms: k + 2, scale: 'absolute' },
      gradients: { terms: 2 * (k + m + n) + 8, scale: 'absolute' },
    }),
  ),
];

const activations: Activation[] = ['none', 'relu', 'tanh', 'sigmoid'];

export const linearCases: readonly OpCase[] = activations.flatMap((activation): OpCase[] => [
  {
    name: `linear [33, 79] → 48, ${activation}`,
    inputs: { x: { type: f32(33, 79) }, weight: { type: f32(48, 79) }, bias: { type: f32(48) } },
    build: ({ x, weight, bias }) => ({ y: linear(x!, weight!, bias!, { activation }) }),
    tolerance: { terms: 82, scale: 'absolute', absolute: 1e-5 },
    gradients: { terms: 200, scale: 'largest' },
  },
  {
    name: `linear [1, 600] → 3 without bias, ${activation}`,
    inputs: { x: { type: f32(1, 600) }, weight: { type: f32(3, 600) } },
    build: ({ x, weight }) => ({ y: linear(x!, weight!, undefined, { activation }) }),
    tolerance: { terms: 602, scale: 'absolute', absolute: 1e-5 },
    gradients: { terms: 1300, scale: 'largest' },
  },
]);
