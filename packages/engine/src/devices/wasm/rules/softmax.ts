import { rowExtent } from '../../../ops/softmax/softmax.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const softmaxRule = wasmRule(({ inputs, input, output }) => {
  const { rows, length } = rowExtent('softmax', inputs[0]!.shape);
  return [
    {
      kernel: 'softmax',
      parameters: [input(0), output(0), rows, length],
      solo: tooSmallToShare(rows * length),
      flops: 5 * rows * length,
    },
  ];
});

export const softmaxGradientRule = wasmRule(({ inputs, input, output }) => {
  const { rows, length } = rowExtent('softmaxGradient', inputs[0]!.shape);
  return [
    {
      kernel: 'softmaxGradient',
      parameters: [input(0), input(1), output(0), rows, length],
      solo: tooSmallToShare(rows * length),
      flops: 4 * rows * length,
    },
  ];
});

export const softmaxCrossEntropyRule = wasmRule(({ inputs, input, output }) => {
  const [rows, classes] = [inputs[0]!.shape[0]!, inputs[0]!.shape[1]!];
  const weight = inputs[2] && input(2);
  return [
    {
      kernel: 'crossEntropy',
      parameters: [input(0), input(1), weight, rows, classes, output(0), output(1), undefined],
      solo: true,
      flops: 4 * rows * classes,
    },
  ];
});

export const softmaxCrossEntropyGradientRule = wasmRule(({ inputs, input, output }) => {
  const [rows, classes] = [inputs[0]!.shape[0]!, inputs[0]!.shape[1]!];
  const weight = inputs[4] && input(4);
  return [
    {
      kernel: 'crossEntropyGradient',
      parameters: [input(0), input(1), weight, rows, classes, input(3), input(2), output(0)],
      solo: tooSmallToShare(rows * classes),
      flops: 7 * rows * classes,
    },
  ];
});
