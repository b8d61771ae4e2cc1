import { elements } from '../../../graph/shape.js';
import { type DropoutAttributes, dropThreshold } from '../../../ops/dropout/dropout.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const dropoutRule = wasmRule<DropoutAttributes>(({ inputs, attributes, input, output }) => {
  const count = elements(inputs[0]!.shape);
  const { probability, stream } = attributes;
  const factor = { f32: 1 / (1 - probability) };
  return [
    {
      kernel: 'dropout',
      parameters: [input(0), input(1), input(2), output(0), count, stream, dropThreshold(probability), factor],
      solo: tooSmallToShare(8 * count),
      flops: count,
    },
  ];
});
