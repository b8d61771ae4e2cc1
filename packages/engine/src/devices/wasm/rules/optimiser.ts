import { elements } from '../../../graph/shape.js';
import type { AdamwAttributes } from '../../../ops/adamw/adamw.js';
import type { SgdAttributes } from '../../../ops/sgd/sgd.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const adamwRule = wasmRule<AdamwAttributes>(({ inputs, attributes, input }) => {
  const count = elements(inputs[0]!.shape);
  const { beta1, beta2, epsilon, weightDecay, maxNorm } = attributes;
  const numbers = [beta1, beta2, 1 - beta1, 1 - beta2, epsilon, weightDecay, maxNorm];
  return [
    {
      kernel: 'adamw',
      parameters: [...[0, 1, 2, 3, 4, 5, 6, 7].map(input), count, ...numbers.map((f32) => ({ f32 }))],
      solo: tooSmallToShare(4 * count),
      flops: 16 * count,
    },
  ];
});

export const sgdRule = wasmRule<SgdAttributes>(({ inputs, attributes, input }) => {
  const count = elements(inputs[0]!.shape);
  const { momentum, weightDecay, maxNorm } = attributes;
  return [
    {
      kernel: 'sgd',
      parameters: [
        ...[0, 1, 2, 3, 4, 5].map(input),
        ...[count, { f32: momentum }, { f32: weightDecay }, { f32: maxNorm }],
      ],
      solo: tooSmallToShare(4 * count),
      flops: 6 * count,
    },
  ];
});

export const movingAverageRule = wasmRule(({ inputs, input }) => {
  const count = elements(inputs[0]!.shape);
  return [
    {
      kernel: 'movingAverage',
      parameters: [input(0), input(1), input(2), count],
      solo: tooSmallToShare(2 * count),
      flops: 3 * count,
    },
  ];
});
