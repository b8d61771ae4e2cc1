import { shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireDtype, requireF32 } from '../require.js';
import { rowLayout, rowReduceSource } from '../softmax/row-reduce.js';
import rowsWgsl from './rows.wgsl';
import totalWgsl from './total.wgsl';

const rowsKernel = { name: 'softmax cross-entropy rows', source: rowReduceSource + rowsWgsl };
const totalKernel = { name: 'softmax cross-entropy total', source: totalWgsl };

function checkRows(what: string, { shape }: TensorType, logits: TensorType): void {
  if (shape.length === 1 && shape[0] === logits.shape[0]) return;
  throw shapeError(
    'softmaxCrossEntropy',
    `${what} must be [${logits.shape[0]}], one for each row of logits ${showShape(logits.shape)}; got ${showShape(shape)}`,
  );
}

/** Inputs logits, label and, if there are weights, weight; outputs the loss and Σ w, which the gradient needs. */
export const softmaxCrossEntropyOp = defineOp({
  name: 'softmaxCrossEntropy',
  infer([logits, label, weight], _attributes: object) {
    requireF32('softmaxCrossEntropy', logits!);
    requireDtype('softmaxCrossEntropy', label!, 'i32');
    if (logits!.shape.length !== 2) {
      throw shapeError('softmaxCrossEntropy', `logits must be [rows, classes]; got ${showShape(logits!.shape)}`);
    }
    checkRows('label', label!, logits!);
    if (weight !== undefined) {
      requireF32('softmaxCrossEntropy', weight);
      checkRows('weight', weight, logits!);
    }
    return [
      { dtype: 'f32', shape: [] },
      { dtype: 'f32', shape: [] },
    ];
  },
  webgpu({ inputs: [logits, , weight], input, output, scratch }) {
    const [ROWS, CLASSES] = [logits!.shape[0]!, logits!.shape[1]!];
    const { LANES, workgroups } = rowLayout(ROWS, CLASSES);
    const terms = scratch(2 * ROWS);
    return [
      {
        kernel: rowsKernel,
        constants: { ROWS, CLASSES, LANES, HAS_WEIGHT: weight !== undefined },
        bindings: [read(input(0)), read(input(1)), read(input(weight ? 2 : 0)), write(terms)],
        workgroups: grid(workgroups),
        flops: 4 * ROWS * CLASSES,
      },
      {
        kernel: totalKernel,
        constants: { ROWS },
        bindings: [read(terms), write(output(0)), write(output(1))],
        workgroups: [1, 1, 1],
        flops: 2 * ROWS,
      },
    ];
  },
});

/**
 * Weighted cross-entropy of softmax(logits) against class numbers: Σ w·(log Σⱼ exp(xⱼ) − x[label]) / Σ w, a scalar.
 * logits [rows, classes] f32, label [rows] i32, weight [rows] f32 (1 each when left out), as PyTorch's `cross_entropy`
 * with one weight a row. A row of weight 0, or with a label outside 0 … classes − 1, does not count, whatever its logits
 * hold; where no row counts (Σ w = 0), loss and gradient are 0, so that a padded batch is harmless.
 * The loss is differentiated with respect to the logits only. Throws SHAPE_MISMATCH or DTYPE_MISMATCH.
 */
export function softmaxCrossEntropy(logits: Tensor, label: Tensor, weight?: Tensor): Tensor {
  return apply(softmaxCrossEntropyOp, weight ? [logits, label, weight] : [logits, label], {})[0]!;
}
