import { attentionExtent } from '../../../ops/attention-pool/attention-pool.js';
import type { AttentionGradientAttributes } from '../../../ops/attention-pool/gradient.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const attentionPoolRule = wasmRule(({ inputs, input, output }) => {
  const { batch, steps, features, attention } = attentionExtent(inputs[0]!, inputs[1]!, inputs[2]!);
  return [
    {
      kernel: 'attentionPool',
      parameters: [input(0), input(1), input(2), output(0), output(1), batch, steps, features, attention],
      solo: tooSmallToShare(batch * steps * (features + attention)),
      flops: batch * steps * (2 * attention + 2 * features + 4),
    },
  ];
});

export const attentionPoolGradientRule = wasmRule<AttentionGradientAttributes>(
  ({ inputs, attributes, input, output, scratch, threads }) => {
    const { batch, steps, features, attention } = attentionExtent(inputs[1]!, inputs[2]!, inputs[3]!);
    return [
      {
        kernel: 'attentionPoolGradient',
        parameters: [
          ...[0, 1, 2, 3, 4].map(input),
          ...[output(0), output(1), output(2), scratch(threads * steps)],
          ...[batch, steps, features, attention, attributes.context ? 1 : 0, attributes.weights ? 1 : 0],
        ],
        solo: tooSmallToShare(batch * steps * (features + attention)),
        flops: batch * steps * (3 * features + 3 * attention + 4),
      },
    ];
  },
);
