import { EngineError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { apply } from '../../graph/trace.js';
import { gradientRule } from '../gradient.js';
import { rowLayout, rowReduceSource } from '../softmax/row-reduce.js';
import gradientWgsl from './gradient.wgsl';

const kernel = { name: 'softmax cross-entropy gradient', source: rowReduceSource + gradientWgsl };

/** Inputs logits, label, Σ w, dloss and, if there are weights, weight; output dlogits. */
export const softmaxCrossEntropyGradientOp = defineOp({
  name: 'softmaxCrossEntropyGradient',
  infer([logits], _attributes: object) {
    return [logits!];
  },
  webgpu({ inputs: [logits, , , , weight], input, output }) {
    const [ROWS, CLASSES] = [logits!.shape[0]!, logits!.shape[1]!];
    const { LANES, workgroups } = rowLayout(ROWS, CLASSES);
    return [
      {
        kernel,
        constants: { ROWS, CLASSES, LANES, HAS_WEIGHT: weight !== undefined },
        bindings: [
          read(input(0)),
          read(input(1)),
          read(input(2)),
          read(input(3)),
          read(input(weight ? 4 : 0)),
          write(output(0)),
        ],
        workgroups: grid(workgroups),
        flops: 7 * ROWS * CLASSES,
      },
    ];
  },
});

export const softmaxCrossEntropyGradient = gradientRule(({ inputs, outputs, outputGradients, needs }) => {
  const [logits, label, weight] = [inputs[0]!, inputs[1]!, inputs[2]];
  if (needs[2]) {
    throw new EngineError('NOT_DIFFERENTIABLE', 'softmaxCrossEntropy: has no gradient for its weights', {
      where: 'softmaxCrossEntropy',
      fix: 'Compute the weights from data only, not from parameters.',
    });
  }
  const given = [logits, label, outputs[1]!, outputGradients[0]!] as const;
  return [apply(softmaxCrossEntropyGradientOp, weight ? [...given, weight] : given, {})[0]!];
});
