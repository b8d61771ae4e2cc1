import { f32, type Shape } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { transpose } from './transpose.js';

const cases: [Shape, number[]][] = [
  [
    [17, 31],
    [1, 0],
  ],
  [
    [3, 64, 20],
    [0, 2, 1],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 0, 2],
  ],
  [
    [300, 251],
    [1, 0],
  ],
];

export const transposeCases: readonly OpCase[] = cases.map(
  ([shape, axes]): OpCase => ({
    name: `transpose [${shape}] to (${axes})`,
    inputs: { x: { type: f32(...shape) } },
    build: ({ x }) => ({ y: transpose(x!, axes) }),
    tolerance: { terms: 1, scale: 'output' },
  }),
);
