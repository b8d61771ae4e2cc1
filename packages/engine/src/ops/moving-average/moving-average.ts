import { shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, sameShape, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import movingAverageWgsl from './moving-average.wgsl';

const kernel = { name: 'moving average', source: movingAverageWgsl };

/** Inputs: average (state), value, decay. */
export const movingAverageOp = defineOp({
  name: 'movingAverage',
  inPlace: [[0, 0]],
  infer([average, value, decay]) {
    for (const tensor of [average!, value!, decay!]) requireF32('movingAverage', tensor);
    if (!sameShape(average!.shape, value!.shape) || elements(decay!.shape) !== 1) {
      throw shapeError(
        'movingAverage',
        `average ${showShape(average!.shape)} and value ${showShape(value!.shape)} must be alike, decay one number`,
      );
    }
    return [average!];
  },
  webgpu({ inputs: [average], input, output }) {
    const COUNT = elements(average!.shape);
    return [
      {
        kernel,
        constants: { COUNT },
        bindings: [read(input(1)), read(input(2)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 64)),
        flops: 3 * COUNT,
      },
    ];
  },
});

/** average ← average + (1 − decay)·(value − average), in place. Gives the new average. */
export function movingAverage(average: Tensor, value: Tensor, decay: Tensor): Tensor {
  return apply(movingAverageOp, [average, value, decay], {})[0]!;
}
