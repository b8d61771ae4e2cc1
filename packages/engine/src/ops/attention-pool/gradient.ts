import { read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { apply } from '../../graph/trace.js';
import { concat } from '../concat/concat.js';
import { gradientRule } from '../gradient.js';
import { sum } from '../reduce/reduce.js';
import { rowReduceSource } from '../softmax/row-reduce.js';
import { attentionExtent, sequenceDispatch } from './attention-pool.js';
import backwardWgsl from './backward.wgsl';

const kernel = { name: 'attention pool gradient', source: rowReduceSource + backwardWgsl };

export interface AttentionGradientAttributes {
  /** Whether the first input holds ∂loss/∂context, and ∂loss/∂weights behind it. */
  readonly context: boolean;
  readonly weights: boolean;
}

/**
 * Inputs the result's gradients side by side [batch, features and/or steps], values, keys, query and weights; outputs
 * dvalues, dkeys and each sequence's part of dquery [batch, attention]. One input for both gradients, because a kernel
 * has eight buffers on every device.
 */
export const attentionPoolGradientOp = defineOp({
  name: 'attentionPoolGradient',
  infer([, values, keys, query], _attributes: AttentionGradientAttributes) {
    const { batch, attention } = attentionExtent(values!, keys!, query!);
    return [values!, keys!, { dtype: 'f32', shape: [batch, attention] }];
  },
  webgpu({ inputs: [, values, keys, query], attributes, input, output }) {
    const extent = attentionExtent(values!, keys!, query!);
    const { batch, steps, features, attention } = extent;
    const { constants, ...dispatch } = sequenceDispatch(extent);
    return [
      {
        kernel,
        ...dispatch,
        constants: { ...constants, HAS_CONTEXT: attributes.context, HAS_WEIGHTS: attributes.weights },
        bindings: [
          ...[0, 1, 2, 3, 4].map((index) => read(input(index))),
          ...[0, 1, 2].map((index) => write(output(index))),
        ],
        flops: batch * steps * (3 * features + 3 * attention + 4),
      },
    ];
  },
});

export const attentionPoolGradient = gradientRule(({ inputs, outputs, outputGradients, needs }) => {
  const [values, keys, query] = [inputs[0]!, inputs[1]!, inputs[2]!];
  const [dcontext, dweights] = outputGradients;
  const given = [dcontext, dweights].filter((gradient) => gradient !== undefined);
  const [dvalues, dkeys, dquery] = apply(
    attentionPoolGradientOp,
    [concat(given, 1), values, keys, query, outputs[1]!],
    { context: dcontext !== undefined, weights: dweights !== undefined },
  );
  return [dvalues, dkeys, needs[2] ? sum(dquery!, 0) : undefined];
});
