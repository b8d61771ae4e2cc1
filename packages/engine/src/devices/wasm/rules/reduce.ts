import { type ReduceAttributes, reducedExtent } from '../../../ops/reduce/reduce.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const reduceRule = wasmRule<ReduceAttributes>(({ inputs, attributes, input, output }) => {
  const { outer, reduced, inner } = reducedExtent(inputs[0]!.shape, attributes.axis);
  const factor = attributes.function === 'mean' ? 1 / reduced : 1;
  return [
    {
      kernel: 'reduce',
      parameters: [input(0), output(0), outer, reduced, inner, { f32: factor }],
      solo: tooSmallToShare(outer * reduced * inner),
      flops: outer * reduced * inner,
    },
  ];
});
