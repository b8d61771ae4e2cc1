import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import type { GruExtent } from './recurrence.js';
import type { RecurrenceDerivative } from './recurrence-gradient.js';
import weightGradientWgsl from './weight-gradient.wgsl';
import sumWgsl from './weight-gradient-sum.wgsl';

const parts = { name: 'gru weight gradient', source: weightGradientWgsl };
const sum = { name: 'gru weight gradient sum', source: sumWgsl };

const TILE = 32;
/** Below this many tiles a device is mostly idle, and the sum over batch and time is worth cutting up. */
const ENOUGH_TILES = 64;
const SHORTEST_SPLIT = 128;

/** Inputs the two slopes of a `RecurrenceDerivative` and the states; outputs ∂loss/∂U and ∂loss/∂b. */
export const gruWeightGradientOp = defineOp({
  name: 'gruWeightGradient',
  infer(_inputs, { directions, hidden }: GruExtent) {
    return [
      { dtype: 'f32', shape: [directions, 3 * hidden, hidden] },
      { dtype: 'f32', shape: [directions, 3 * hidden] },
    ];
  },
  webgpu({ attributes: { batch, steps, directions, hidden }, input, output, scratch }) {
    const [WEIGHTS, BIASES] = [directions * 3 * hidden * hidden, directions * 3 * hidden];
    const [rows, columns] = [Math.ceil((3 * hidden) / TILE), Math.ceil(hidden / TILE)];
    const wanted = Math.ceil(ENOUGH_TILES / (rows * columns * directions));
    const SPLITS = Math.max(1, Math.min(Math.floor((batch * steps) / SHORTEST_SPLIT), wanted));
    const partial = scratch(SPLITS * (WEIGHTS + BIASES));
    return [
      {
        kernel: parts,
        constants: {
          BATCH: batch,
          STEPS: steps,
          DIRECTIONS: directions,
          HIDDEN: hidden,
          SPLITS,
          PER_SPLIT: Math.ceil((batch * steps) / SPLITS),
        },
        bindings: [read(input(0)), read(input(1)), read(input(2)), write(partial)],
        workgroups: [columns, rows, directions * SPLITS],
        requires: { invocations: 64, workgroupBytes: 2 * 16 * TILE * 4 },
        flops: 2 * batch * steps * (WEIGHTS + BIASES),
      },
      {
        kernel: sum,
        constants: { WEIGHTS, BIASES, SPLITS },
        bindings: [read(partial), write(output(0)), write(output(1))],
        workgroups: grid(Math.ceil((WEIGHTS + BIASES) / 64)),
        flops: SPLITS * (WEIGHTS + BIASES),
      },
    ];
  },
});

/** ∂loss/∂recurrentWeight and ∂loss/∂recurrentBias from the recurrence's slopes and its states. */
export function gruWeightDerivative(
  { projected, recurrentN }: RecurrenceDerivative,
  states: Tensor,
  extent: GruExtent,
): { weight: Tensor; bias: Tensor } {
  const [weight, bias] = apply(gruWeightGradientOp, [projected, recurrentN, states], extent);
  return { weight: weight!, bias: bias! };
}
