import { expect, it } from 'vitest';
import { gradientsOf } from '../../autodiff/gradients.js';
import { f32 } from '../../graph/shape.js';
import { type TracedInputs, trace } from '../../graph/trace.js';
import { sum } from '../reduce/reduce.js';
import { batchNorm } from './batch-norm.js';

const spec = { x: f32(2, 3, 4), single: f32(1, 3), deep: f32(1, 3, 2, 2), c: f32(3), wrong: f32(4) };
type Tensors = TracedInputs<typeof spec>;
const state = ({ c }: Tensors) => ({ weight: c, bias: c, runningMean: c, runningVariance: c });

it.each([
  [
    'a weight of other channels',
    (t) => batchNorm(t.x, { ...state(t), weight: t.wrong }, { training: false }),
    'SHAPE_MISMATCH',
    /weight must be \[3\].*got \[4\]/,
  ],
  ['rank 4', (t) => batchNorm(t.deep, state(t), { training: false }), 'SHAPE_MISMATCH', /got \[1, 3, 2, 2\]/],
  [
    'training on one value a channel',
    (t) => batchNorm(t.single, state(t), { training: true }),
    'SHAPE_MISMATCH',
    /more than one value a channel/,
  ],
  ['no epsilon', (t) => batchNorm(t.x, state(t), { training: false, epsilon: 0 }), 'INVALID_ARGUMENT', /epsilon/],
  ['momentum 2', (t) => batchNorm(t.x, state(t), { training: true, momentum: 2 }), 'INVALID_ARGUMENT', /got 2/],
  [
    'gradients of the running statistics',
    (t) => gradientsOf(sum(batchNorm(t.x, state(t), { training: false })), [t.c])[0],
    'NOT_DIFFERENTIABLE',
    /counted, not trained/,
  ],
] satisfies [string, (t: Tensors) => unknown, string, RegExp][])('batchNorm refuses: %s', (_, build, code, message) => {
  const traced = () => trace(spec, (tensors) => ({ y: build(tensors) as never }));
  expect(traced).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});
