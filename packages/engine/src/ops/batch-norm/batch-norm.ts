import { argumentError, shapeError } from '../../errors.js';
import { type BufferRef, grid, type KernelStep, type Lowering, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { ACTIVATION_CODES, type Activation, activationSource } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import { type BatchNormExtent, batchNormExtent, channelChunks, checkEpsilon } from './extent.js';
import normaliseWgsl from './normalise.wgsl';

export interface BatchNormInferenceAttributes {
  readonly epsilon: number;
  readonly activation: Activation;
}

export interface BatchNormTrainingAttributes extends BatchNormInferenceAttributes {
  readonly momentum: number;
}

const statistics = {
  name: 'batch norm statistics',
  source: async () => (await import('./workgroup-sum.wgsl')).default + (await import('./statistics.wgsl')).default,
};
const merge = {
  name: 'batch norm statistics merge',
  source: async () => (await import('./statistics-merge.wgsl')).default,
};
const normalise = { name: 'batch norm', source: activationSource + normaliseWgsl };
const normaliseQuads = {
  name: 'batch norm, quads',
  source: async () => (await import('./normalise-quads.js')).normaliseQuadsSource(),
};

function checkInputs(op: string, inputs: readonly TensorType[]): BatchNormExtent {
  for (const input of inputs) requireF32(op, input);
  const [x, weight, bias, runningMean, runningVariance] = inputs as [TensorType, ...Required<TensorType>[]];
  return batchNormExtent(op, x, {
    weight: weight!,
    bias: bias!,
    runningMean: runningMean!,
    runningVariance: runningVariance!,
  });
}

function extentOf(x: TensorType) {
  const { batch, channels, length, count } = batchNormExtent('batchNorm', x);
  const { chunks, chunk } = channelChunks(count);
  const constants = { BATCH: batch, CHANNELS: channels, LENGTH: length, CHUNKS: chunks, CHUNK: chunk };
  return { channels, count, chunks, constants };
}

function normaliseStep(
  { inputs: [x], attributes, input, output, variants }: Lowering<BatchNormInferenceAttributes>,
  { mean, spread, fromVariance }: { mean: BufferRef; spread: BufferRef; fromVariance: boolean },
): KernelStep {
  const { channels, count, chunks, constants } = extentOf(x!);
  return {
    kernel: variants['elementwise'] === 'quads' && constants.LENGTH % 4 === 0 ? normaliseQuads : normalise,
    constants: {
      ...constants,
      FROM_VARIANCE: fromVariance,
      EPSILON: { f32: attributes.epsilon },
      ACTIVATION: ACTIVATION_CODES[attributes.activation],
    },
    bindings: [read(input(0)), read(input(1)), read(input(2)), read(mean), read(spread), write(output(0))],
    workgroups: grid(channels * chunks),
    flops: 4 * count * channels,
  };
}

/**
 * Inputs x, weight, bias, running mean, running variance; outputs y, the batch's mean and inverse deviation (for the
 * backward pass), and the running statistics in their own memory.
 */
export const batchNormTrainingOp = defineOp({
  name: 'batchNormTraining',
  inPlace: [
    [3, 3],
    [4, 4],
  ],
  infer(inputs, { epsilon, momentum }: BatchNormTrainingAttributes) {
    const { channels, count } = checkInputs('batchNorm', inputs);
    checkEpsilon('batchNorm', epsilon);
    if (!(momentum >= 0 && momentum <= 1)) throw argumentError('batchNorm', `momentum must be 0 … 1, got ${momentum}`);
    if (count < 2) {
      throw shapeError(
        'batchNorm',
        `training needs more than one value a channel, x is ${showShape(inputs[0]!.shape)}`,
        'Use a larger batch, or the running statistics (training: false).',
      );
    }
    const perChannel: TensorType = { dtype: 'f32', shape: [channels] };
    return [inputs[0]!, perChannel, perChannel, perChannel, perChannel];
  },
  webgpu(lowering) {
    const { inputs, attributes, input, output, scratch } = lowering;
    const { channels, count, chunks, constants } = extentOf(inputs[0]!);
    const partial = scratch(2 * channels * chunks);
    const [mean, inverseDeviation] = [output(1), output(2)];
    return [
      {
        kernel: statistics,
        constants,
        bindings: [read(input(0)), write(partial)],
        workgroups: grid(channels * chunks),
        flops: 4 * count * channels,
      },
      {
        kernel: merge,
        constants: { ...constants, MOMENTUM: { f32: attributes.momentum }, EPSILON: { f32: attributes.epsilon } },
        bindings: [read(partial), write(mean), write(inverseDeviation), write(output(3)), write(output(4))],
        workgroups: grid(Math.ceil(channels / 64)),
        flops: 8 * channels * chunks,
      },
      normaliseStep(lowering, { mean, spread: inverseDeviation, fromVariance: false }),
    ];
  },
});

/** Inputs x, weight, bias, running mean, running variance; output y. */
export const batchNormInferenceOp = defineOp({
  name: 'batchNormInference',
  infer(inputs, { epsilon }: BatchNormInferenceAttributes) {
    checkInputs('batchNorm', inputs);
    checkEpsilon('batchNorm', epsilon);
    return [inputs[0]!];
  },
  webgpu(lowering) {
    const { input } = lowering;
    return [normaliseStep(lowering, { mean: input(3), spread: input(4), fromVariance: true })];
  },
});

export interface BatchNormState {
  /** Scale γ, [channels]. */
  readonly weight: Tensor;
  /** Shift β, [channels]. */
  readonly bias: Tensor;
  /** [channels]; in training updated in place, so it must be a storage. */
  readonly runningMean: Tensor;
  /** [channels]; in training updated in place, so it must be a storage. */
  readonly runningVariance: Tensor;
}

export interface BatchNormOptions {
  /** Normalise with the batch's statistics and move the running ones, or use the running ones. */
  readonly training: boolean;
  /** Part of the new value in the running statistics. */
  readonly momentum?: number;
  /** Added to the variance. */
  readonly epsilon?: number;
  readonly activation?: Activation;
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015) as PyTorch's `BatchNorm1d`, with an activation applied to the result:
 * y = activation((x − mean) / √(variance + epsilon) · weight + bias) for each channel.
 *
 * x [batch, channels, length] or [batch, channels] → the same shape. In training, mean and biased variance are those of
 * the batch, and running ← (1 − momentum)·running + momentum·batch's, with the unbiased variance. Otherwise the running
 * statistics are used and count as constants: gradients reach x, weight and bias.
 * Throws SHAPE_MISMATCH, also when training on a single value a channel, and INVALID_ARGUMENT.
 */
export function batchNorm(
  x: Tensor,
  { weight, bias, runningMean, runningVariance }: BatchNormState,
  { training, momentum = 0.1, epsilon = 1e-5, activation = 'none' }: BatchNormOptions,
): Tensor {
  const inputs = [x, weight, bias, runningMean, runningVariance] as const;
  return training
    ? apply(batchNormTrainingOp, inputs, { momentum, epsilon, activation })[0]!
    : apply(batchNormInferenceOp, inputs, { epsilon, activation })[0]!;
}
