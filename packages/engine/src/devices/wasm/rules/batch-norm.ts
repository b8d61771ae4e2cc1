import { ACTIVATION_CODES } from '../../../ops/activation/activation.js';
import type { BatchNormInferenceAttributes, BatchNormTrainingAttributes } from '../../../ops/batch-norm/batch-norm.js';
import { batchNormExtent } from '../../../ops/batch-norm/extent.js';
import type { BatchNormGradientAttributes } from '../../../ops/batch-norm/gradient.js';
import type { PooledGradient } from '../fuse.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const batchNormTrainingRule = wasmRule<BatchNormTrainingAttributes>(
  ({ inputs, attributes, input, output, scratch }) => {
    const { batch, channels, length, count } = batchNormExtent('batchNorm', inputs[0]!);
    const { epsilon, momentum, activation } = attributes;
    return [
      {
        kernel: 'batchNormTraining',
        parameters: [
          ...[input(0), input(1), input(2), ...[0, 1, 2, 3, 4].map(output), scratch(2 * channels)],
          ...[batch, channels, length],
          ...[{ f32: epsilon }, { f32: momentum }, ACTIVATION_CODES[activation]],
        ],
        solo: tooSmallToShare(count * channels),
        flops: 8 * count * channels,
      },
    ];
  },
);

export const batchNormInferenceRule = wasmRule<BatchNormInferenceAttributes>(
  ({ inputs, attributes, input, output }) => {
    const { batch, channels, length, count } = batchNormExtent('batchNorm', inputs[0]!);
    const { epsilon, activation } = attributes;
    return [
      {
        kernel: 'batchNormInference',
        parameters: [
          ...[input(0), input(1), input(2), output(0), input(3), input(4), undefined, undefined, undefined],
          ...[batch, channels, length, { f32: epsilon }, 0, ACTIVATION_CODES[activation]],
        ],
        solo: tooSmallToShare(count * channels),
        flops: 4 * count * channels,
      },
    ];
  },
);

export const batchNormGradientRule = wasmRule<BatchNormGradientAttributes & PooledGradient>(
  ({ inputs, attributes, input, output, scratch }) => {
    const { batch, channels, length, count } = batchNormExtent('batchNorm', inputs[1]!);
    const { epsilon, activation, training, pooled } = attributes;
    return [
      {
        kernel: pooled ? 'batchNormPoolGradient' : 'batchNormGradient',
        parameters: [
          ...[0, 1, 2, 3, 4, 5].map(input),
          ...[output(0), output(1), output(2), scratch(2 * channels), scratch(2 * channels)],
          ...[batch, channels, length],
          ...[{ f32: epsilon }, ACTIVATION_CODES[activation], training ? 1 : 0],
        ],
        solo: tooSmallToShare(count * channels),
        flops: 9 * count * channels,
      },
    ];
  },
);
