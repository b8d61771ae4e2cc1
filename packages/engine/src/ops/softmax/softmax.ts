import { shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, type Shape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import { rowLayout, rowReduceSource } from './row-reduce.js';
import softmaxWgsl from './softmax.wgsl';

const kernel = { name: 'softmax', source: rowReduceSource + softmaxWgsl };

/** A tensor seen as rows along its last axis. */
export function rowExtent(op: string, shape: Shape): { rows: number; length: number } {
  const length = shape.at(-1);
  if (length === undefined) throw shapeError(op, 'needs at least one dimension, got a scalar');
  return { rows: elements(shape) / length, length };
}

export const softmaxOp = defineOp({
  name: 'softmax',
  infer([x], _attributes: object) {
    requireF32('softmax', x!);
    rowExtent('softmax', x!.shape);
    return [x!];
  },
  webgpu({ inputs: [x], input, output }) {
    const { rows: ROWS, length: LENGTH } = rowExtent('softmax', x!.shape);
    const { LANES, workgroups } = rowLayout(ROWS, LENGTH);
    return [
      {
        kernel,
        constants: { ROWS, LENGTH, LANES },
        bindings: [read(input(0)), write(output(0))],
        workgroups: grid(workgroups),
        flops: 5 * ROWS * LENGTH,
      },
    ];
  },
});

/** exp(x) / Σ exp(x) along the last axis, without overflow. Any shape with at least one dimension. */
export function softmax(x: Tensor): Tensor {
  return apply(softmaxOp, [x], {})[0]!;
}
