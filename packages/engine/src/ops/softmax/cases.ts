import { f32, type Shape } from '../../graph/shape.js';
import { type OpCase, uniform } from '../../testing/op-case.js';
import { softmaxDerivative } from './gradient.js';
import { softmax } from './softmax.js';

const shapes: Shape[] = [[1], [4], [257, 4], [3, 5, 9], [33, 64], [2, 255], [5, 257], [2, 70_001], [66_000, 1]];

/**
 * The roundings of exp (3 + 2|x| units in WGSL, |x| ≤ 12 between the largest and another standard normal), of a sum
 * of `length` and of a division.
 */
const terms = (shape: Shape) => 32 + Math.min(shape.at(-1)!, 2000);

const SPECIAL = [1e30, 0, -1e30, 100, 88, -100, Number.NEGATIVE_INFINITY, 0, 1, 5, Number.NaN, 2];

export const softmaxCases: readonly OpCase[] = [
  ...shapes.map(
    (shape): OpCase => ({
      name: `softmax [${shape}]`,
      inputs: { x: { type: f32(...shape) } },
      build: ({ x }) => ({ y: softmax(x!) }),
      tolerance: { terms: terms(shape), scale: 'output', absolute: 1e-30 },
      // dy − Σ dy·y cancels: its error is relative to the row's largest, not to the difference.
      gradients: { terms: 4 * terms(shape), scale: 'largest' },
    }),
  ),
  {
    name: 'softmax of huge values, infinity and NaN',
    inputs: { x: { type: f32(4, 3), values: (_, index) => SPECIAL[index]! } },
    build: ({ x }) => ({ y: softmax(x!) }),
    // The second row differs by 188: e⁻¹² has an argument that far off.
    tolerance: { terms: 512, scale: 'output', absolute: 1e-30 },
    gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
  },
];

export const softmaxGradientCases: readonly OpCase[] = [[7, 4] as const, [3, 100] as const].map(
  (shape): OpCase => ({
    name: `softmax derivative [${shape}]`,
    inputs: { dy: { type: f32(...shape) }, y: { type: f32(...shape), values: uniform(0, 2 / shape[1]) } },
    build: ({ dy, y }) => ({ dx: softmaxDerivative(dy!, y!) }),
    tolerance: { terms: shape[1] + 8, scale: 'largest' },
    gradients: { skip: 'the op is a derivative itself; it is compared with differences through `softmax`' },
  }),
);
