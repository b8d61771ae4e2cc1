import { EngineError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { ACTIVATION_CODES, type Activation } from '../activation/activation.js';
import { activationDerivativeSource } from '../activation/derivative.js';
import { type GradientRule, gradientRule } from '../gradient.js';
import type { BatchNormInferenceAttributes } from './batch-norm.js';
import { batchNormExtent, channelChunks, threadChunks } from './extent.js';
import gradientInputWgsl from './gradient-input.wgsl';
import gradientMergeWgsl from './gradient-merge.wgsl';
import gradientSumsWgsl from './gradient-sums.wgsl';
import workgroupSumWgsl from './workgroup-sum.wgsl';

export interface BatchNormGradientAttributes extends BatchNormInferenceAttributes {
  /** The statistics were the batch's own and depend on x; else they are constants. */
  readonly training: boolean;
}

/**
 * How the variant `quads` comes by dz = dy·f′(y). `stored`: from y. `recomputed`: input 2 is the norm's bias, of which y is made
 * again. `pooled`: likewise, and dy is that of a max pool by windows of two behind y. Devices choose (`fuse.ts`).
 */
export interface BatchNormSlopes {
  readonly slopes?: 'stored' | 'recomputed' | 'pooled';
}

const sums = {
  name: 'batch norm gradient sums',
  source: activationDerivativeSource + workgroupSumWgsl + gradientSumsWgsl,
};
const merge = { name: 'batch norm gradient merge', source: gradientMergeWgsl };
const ofInput = { name: 'batch norm input gradient', source: activationDerivativeSource + gradientInputWgsl };

/**
 * Inputs dy, x, y, weight, mean and, in training, the inverse deviation, else the variance; outputs dx, dweight, dbias.
 * With dz = dy·f′(y), x̂ the normalised x and n its values a channel: dbias = Σ dz, dweight = Σ dz·x̂, and
 * dx = weight/deviation · (dz − dbias/n − x̂·dweight/n), without the last two terms when the statistics are constants.
 */
export const batchNormGradientOp = defineOp({
  name: 'batchNormGradient',
  infer([, x, , weight, mean, spread], _attributes: BatchNormGradientAttributes) {
    batchNormExtent('batchNormGradient', x!, { weight: weight!, mean: mean!, spread: spread! });
    return [x!, weight!, weight!];
  },
  webgpu({ inputs: [, x], attributes, variants, input, output, scratch }) {
    const { batch, channels, length, count } = batchNormExtent('batchNormGradient', x!);
    const inQuads = variants['elementwise'] === 'quads' && length % 4 === 0;
    const { slopes = 'stored' } = attributes as BatchNormSlopes;
    const { chunks, chunk } = channelChunks(count);
    const parts = inQuads ? threadChunks(count) : { chunks, chunk };
    const EPSILON = { f32: attributes.epsilon };
    const ACTIVATION = ACTIVATION_CODES[attributes.activation];
    const extent = { BATCH: batch, CHANNELS: channels, LENGTH: length, TRAINING: attributes.training, ACTIVATION };
    const [dy, values, y, weight, mean, spread] = [0, 1, 2, 3, 4, 5].map(input);
    const operands = [read(dy!), read(values!), read(y!)];
    const partial = scratch(2 * channels * parts.chunks);
    const coefficients = scratch(4 * channels);
    const quads = (kernel: 'sums' | 'input') => ({
      name: `batch norm gradient ${kernel}, ${slopes}, quads`,
      source: async () => (await import('./gradient-quads.js')).gradientQuadsSource(kernel, slopes),
    });
    return [
      {
        kernel: inQuads ? quads('sums') : sums,
        constants: { ...extent, EPSILON, CHUNKS: parts.chunks, CHUNK: parts.chunk },
        bindings: [...operands, ...[read(mean!), ...(inQuads ? [read(weight!), read(spread!)] : []), write(partial)]],
        workgroups: grid(inQuads ? Math.ceil((channels * parts.chunks) / 16) : channels * chunks),
        flops: 4 * count * channels,
      },
      {
        kernel: merge,
        constants: { ...extent, EPSILON, CHUNKS: parts.chunks },
        bindings: [
          ...[read(partial), read(weight!), read(mean!), read(spread!)],
          ...[write(output(1)), write(output(2)), write(coefficients)],
        ],
        workgroups: grid(Math.ceil(channels / 64)),
        flops: 2 * channels * parts.chunks,
      },
      {
        kernel: inQuads ? quads('input') : ofInput,
        constants: { ...extent, CHUNKS: chunks, CHUNK: chunk },
        bindings: [...operands, read(coefficients), write(output(0))],
        workgroups: grid(channels * chunks),
        flops: 5 * count * channels,
      },
    ];
  },
});

export interface BatchNormGradientTensors {
  readonly dy: Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly weight: Tensor;
  readonly mean: Tensor;
  /** In training the inverse deviation, else the variance. */
  readonly spread: Tensor;
}

export function batchNormGradient(
  { dy, x, y, weight, mean, spread }: BatchNormGradientTensors,
  attributes: { training: boolean; epsilon: number; activation: Activation },
): { x: Tensor; weight: Tensor; bias: Tensor } {
  const [dx, dweight, dbias] = apply(batchNormGradientOp, [dy, x, y, weight, mean, spread], attributes);
  return { x: dx!, weight: dweight!, bias: dbias! };
}

const rule =
  (training: boolean): GradientRule<BatchNormInferenceAttributes> =>
  ({ inputs, outputs, attributes: { epsilon, activation }, outputGradients, needs }) => {
    const [x, weight, , runningMean, runningVariance] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
    if (needs[3] || needs[4]) {
      throw new EngineError('NOT_DIFFERENTIABLE', 'batchNorm: running statistics are counted, not trained', {
        where: 'batchNorm',
        fix: 'Leave runningMean and runningVariance out of what gradients are asked for.',
      });
    }
    const dy = outputGradients[0]!;
    const [mean, spread] = training ? [outputs[1]!, outputs[2]!] : [runningMean, runningVariance];
    const gradient = batchNormGradient(
      { dy, x, y: outputs[0]!, weight, mean, spread },
      { training, epsilon, activation },
    );
    return [gradient.x, gradient.weight, gradient.bias, undefined, undefined];
  };

export const batchNormTrainingGradient = gradientRule(rule(true));
export const batchNormInferenceGradient = gradientRule(rule(false));
