import { f32, type Shape } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { mean, sum } from './reduce.js';

const cases: [Shape, number | undefined][] = [
  [[1], undefined],
  [[257], undefined],
  [[5, 63, 3], 1],
  [[65, 7], 0],
  [[4, 129], -1],
  [[5000, 3], 0],
  [[70_001], undefined],
];

export const reduceCases: readonly OpCase[] = cases.flatMap(([shape, axis]) => {
  const summed = axis === undefined ? shape[0]! : shape.at(axis)!;
  return [sum, mean].map(
    (reduction): OpCase => ({
      name: `${reduction === sum ? 'sum' : 'mean'} of [${shape}] along ${axis ?? 'everything'}`,
      inputs: { x: { type: f32(...shape) } },
      build: ({ x }) => ({ y: reduction(x!, axis) }),
      tolerance: { terms: Math.min(summed, 2000) + 2, scale: 'absolute' },
      gradients: { terms: 4000, scale: 'absolute' },
    }),
  );
});
