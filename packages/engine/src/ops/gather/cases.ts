import { f32, i32, type Shape } from '../../graph/shape.js';
import { integers, type OpCase } from '../../testing/op-case.js';
import { gatherRows } from './gather.js';
import { gatherDerivative } from './gradient.js';

const exact = { terms: 0, scale: 'output' } as const;
/** One in four is no row. */
const astray = (rows: number) => (random: { integer(end: number): number }) =>
  random.integer(2 * rows) - Math.floor(rows / 2);

const uses: [Shape, number][] = [
  [[1], 1],
  [[300, 2, 160], 64],
  [[7, 5], 257],
  [[1000], 70_001],
];

export const gatherCases: readonly OpCase[] = [
  ...uses.map(
    ([shape, count]): OpCase => ({
      name: `gather ${count} rows of [${shape}]`,
      inputs: { table: { type: f32(...shape) }, index: { type: i32(count), values: integers(shape[0]!) } },
      build: ({ table, index }) => ({ y: gatherRows(table!, index!) }),
      tolerance: exact,
      // A row gathered n times gets a sum of n gradients.
      gradients: { terms: 16 + Math.ceil((4 * count) / shape[0]!), scale: 'largest' },
    }),
  ),
  {
    name: 'gather with indices that are no rows, f32',
    inputs: { table: { type: f32(9, 3) }, index: { type: i32(50), values: astray(9) } },
    build: ({ table, index }) => ({ y: gatherRows(table!, index!) }),
    tolerance: exact,
    gradients: { skip: 'the loss is NaN, as it should be; the derivative has a case of its own' },
  },
  {
    name: 'gather with indices that are no rows, i32',
    inputs: {
      table: { type: i32(9), values: (random) => random.integer(1000) - 500 },
      index: { type: i32(50), values: astray(9) },
    },
    build: ({ table, index }) => ({ y: gatherRows(table!, index!) }),
    tolerance: exact,
    gradients: { skip: 'integers have none' },
  },
];

export const gatherGradientCases: readonly OpCase[] = [
  {
    name: 'gather derivative with indices that are no rows',
    inputs: { dy: { type: f32(257, 5) }, index: { type: i32(257), values: astray(60) } },
    build: ({ dy, index }) => ({ dtable: gatherDerivative(dy!, index!, [60, 5]) }),
    tolerance: { terms: 16, scale: 'largest' },
    gradients: { skip: 'the op is a derivative itself; it is compared with differences through `gather`' },
  },
];
