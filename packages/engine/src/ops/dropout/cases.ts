import { f32, type Shape } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { dropout } from './dropout.js';

const uses: [Shape, number][] = [
  [[1], 0.5],
  [[257], 0],
  [[64, 20, 64], 0.3],
  [[255, 3], 0.999],
];

export const dropoutCases: readonly OpCase[] = [
  ...uses.map(
    ([shape, probability], index): OpCase => ({
      name: `dropout [${shape}] with probability ${probability}`,
      inputs: { x: { type: f32(...shape) } },
      scalars: { seed: 0xdecade00 + index, step: index * 1000 },
      build: ({ x }) => ({ first: dropout(x!, { probability }), second: dropout(x!, { probability }) }),
      tolerance: { terms: 2, scale: 'output' },
    }),
  ),
  {
    name: 'dropout of NaN and infinity',
    inputs: {
      x: { type: f32(64), values: (_, index) => (index % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY) },
    },
    scalars: { seed: 1, step: 2 },
    build: ({ x }) => ({ y: dropout(x!, { probability: 0.5 }) }),
    tolerance: { terms: 2, scale: 'output' },
    gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
  },
];
