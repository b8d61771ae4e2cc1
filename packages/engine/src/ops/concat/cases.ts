import { f32, i32, type Shape } from '../../graph/shape.js';
import { integers, type OpCase } from '../../testing/op-case.js';
import { concat } from './concat.js';
import { slice } from './slice.js';

const tolerance = { terms: 0, scale: 'output' } as const;

const joined: [Shape[], number][] = [
  [[[1], [1]], 0],
  [
    [
      [64, 64],
      [64, 15],
    ],
    -1,
  ],
  [
    [
      [2, 3, 5],
      [2, 1, 5],
      [2, 7, 5],
    ],
    1,
  ],
  [
    [
      [255, 2],
      [2, 2],
    ],
    0,
  ],
  [
    [
      [5, 100, 140],
      [5, 100, 1],
    ],
    2,
  ],
];

export const concatCases: readonly OpCase[] = [
  ...joined.map(
    ([shapes, axis]): OpCase => ({
      name: `concat of ${shapes.map((shape) => `[${shape}]`).join(', ')} along ${axis}`,
      inputs: Object.fromEntries(shapes.map((shape, index) => [`x${index}`, { type: f32(...shape) }])),
      build: (tensors) => ({ y: concat(Object.values(tensors), axis) }),
      tolerance,
    }),
  ),
  {
    name: 'concat of a tensor with itself, NaN included',
    inputs: { x: { type: f32(3, 4), values: (random, index) => (index === 5 ? Number.NaN : random.normal()) } },
    build: ({ x }) => ({ y: concat([x!, x!], 1) }),
    tolerance,
    gradients: { skip: 'derivatives at NaN mean nothing' },
  },
  {
    name: 'concat of integers',
    inputs: {
      a: { type: i32(5), values: (random) => random.integer(1000) - 500 },
      b: { type: i32(3), values: integers(7) },
    },
    build: ({ a, b }) => ({ y: concat([a!, b!], 0) }),
    tolerance,
    gradients: { skip: 'integers have none' },
  },
];

const parts: [Shape, number, number, number][] = [
  [[1], 0, 0, 1],
  [[257], 0, 255, 257],
  [[4, 9], -1, 2, 7],
  [[3, 20, 64], 1, 19, 20],
  [[500, 3, 50], 0, 1, 499],
];

export const sliceCases: readonly OpCase[] = [
  ...parts.map(
    ([shape, axis, from, to]): OpCase => ({
      name: `slice of [${shape}] along ${axis} from ${from} to ${to}`,
      inputs: { x: { type: f32(...shape) } },
      build: ({ x }) => ({ y: slice(x!, axis, from, to) }),
      tolerance,
      gradients: { terms: 4, scale: 'output' },
    }),
  ),
  {
    name: 'slice of integers',
    inputs: { x: { type: i32(6, 5), values: (random) => random.integer(1000) - 500 } },
    build: ({ x }) => ({ y: slice(x!, 1, 1, 3) }),
    tolerance,
    gradients: { skip: 'integers have none' },
  },
];
