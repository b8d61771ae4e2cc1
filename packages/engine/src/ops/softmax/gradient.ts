import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { gradientRule } from '../gradient.js';
import gradientWgsl from './gradient.wgsl';
import { rowLayout, rowReduceSource } from './row-reduce.js';
import { rowExtent } from './softmax.js';

const kernel = { name: 'softmax gradient', source: rowReduceSource + gradientWgsl };

export const softmaxGradientOp = defineOp({
  name: 'softmaxGradient',
  infer([dy], _attributes: object) {
    return [dy!];
  },
  webgpu({ inputs: [dy], input, output }) {
    const { rows: ROWS, length: LENGTH } = rowExtent('softmaxGradient', dy!.shape);
    const { LANES, workgroups } = rowLayout(ROWS, LENGTH);
    return [
      {
        kernel,
        constants: { ROWS, LENGTH, LANES },
        bindings: [read(input(0)), read(input(1)), write(output(0))],
        workgroups: grid(workgroups),
        flops: 4 * ROWS * LENGTH,
      },
    ];
  },
});

/** dx of y = softmax(x), from y alone. */
export function softmaxDerivative(dy: Tensor, y: Tensor): Tensor {
  return apply(softmaxGradientOp, [dy, y], {})[0]!;
}

export const softmaxGradient = gradientRule(({ outputs, outputGradients }) => [
  softmaxDerivative(outputGradients[0]!, outputs[0]!),
]);
