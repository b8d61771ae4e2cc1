import { elements } from '../../../graph/shape.js';
import { sourceStrides, type TransposeAttributes } from '../../../ops/transpose/transpose.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const transposeRule = wasmRule<TransposeAttributes>(({ inputs, outputs, attributes, input, output }) => {
  const { shape } = outputs[0]!;
  const size = [...new Array<number>(4 - shape.length).fill(1), ...shape];
  const planes = size[0]! * size[1]!;
  const from = sourceStrides(inputs[0]!.shape, attributes.axes);
  return [
    {
      kernel: 'transpose',
      parameters: [input(0), output(0), size[1]!, size[2]!, size[3]!, planes, ...from],
      solo: tooSmallToShare(elements(shape)),
    },
  ];
});
