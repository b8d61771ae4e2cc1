import { grid, type Lowering, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { gradientRule } from '../gradient.js';
import { enoughParts } from '../long-sums.js';
import registerTileWgsl from '../register-tile.wgsl';
import { unaryDerivative } from '../unary/gradient.js';
import type { Conv1dAttributes } from './conv1d.js';
import { directConvolution } from './direct.js';
import { type Conv1dExtent, type Conv1dWindow, conv1dExtent, conv1dFlops } from './extent.js';
import weightGradientWgsl from './weight-gradient.wgsl';
import weightGradientOperandsWgsl from './weight-gradient-operands.wgsl';
import weightGradientSumWgsl from './weight-gradient-sum.wgsl';

export interface Conv1dInputGradientAttributes extends Conv1dWindow {
  /** Length of x's rows: several lengths give the same length out when stride > 1. */
  readonly length: number;
}

export interface Conv1dWeightGradientAttributes extends Conv1dWindow {
  /** Length of the weight's rows: several lengths give the same length out when stride > 1. */
  readonly kernel: number;
}

/** The extent of the convolution whose output's gradient is dy [batch, out, length out]. */
export function inputGradientExtent(
  dy: TensorType,
  weight: TensorType,
  { length, ...window }: Conv1dInputGradientAttributes,
): Conv1dExtent {
  const x: TensorType = { dtype: 'f32', shape: [dy.shape[0]!, weight.shape[1]!, length] };
  return conv1dExtent('conv1dInputGradient', x, weight, window);
}

export function weightGradientExtent(
  dy: TensorType,
  x: TensorType,
  { kernel, ...window }: Conv1dWeightGradientAttributes,
): Conv1dExtent {
  const weight: TensorType = { dtype: 'f32', shape: [dy.shape[1]!, x.shape[1]!, kernel] };
  return conv1dExtent('conv1dWeightGradient', x, weight, window);
}

/**
 * dx[b, c, s] = Σ over o, k of w[o, c, k] · dy[b, o, t] where t·stride + k − padding = s: a convolution of dy, its samples
 * `stride` apart, with the weight turned around. Each element gathers what it needs; nothing is scattered.
 */
export const conv1dInputGradientOp = defineOp({
  name: 'conv1dInputGradient',
  infer([dy, weight], attributes: Conv1dInputGradientAttributes) {
    const { batch, channelsIn, lengthIn } = inputGradientExtent(dy!, weight!, attributes);
    return [{ dtype: 'f32', shape: [batch, channelsIn, lengthIn] }];
  },
  webgpu({ inputs: [dy, weight], attributes, input, output, limits, variants }) {
    const extent = inputGradientExtent(dy!, weight!, attributes);
    return [
      directConvolution({
        name: 'conv1d input gradient',
        batch: extent.batch,
        channelsIn: extent.channelsOut,
        lengthIn: extent.lengthOut,
        channelsOut: extent.channelsIn,
        lengthOut: extent.lengthIn,
        kernel: extent.kernel,
        stride: 1,
        dilation: extent.stride,
        padding: extent.kernel - 1 - extent.padding,
        reversed: true,
        x: input(0),
        weight: input(1),
        y: output(0),
        activation: 'none',
        limits,
        variants,
        flops: conv1dFlops(extent),
      }),
    ];
  },
});

const operandsSource = registerTileWgsl + weightGradientOperandsWgsl;
const shared = { name: 'conv1d weight gradient', source: operandsSource + weightGradientWgsl };
const direct = {
  name: 'conv1d weight gradient direct',
  source: async () => operandsSource + (await import('./weight-gradient-direct.wgsl')).default,
};
const subgroups = {
  name: 'conv1d weight gradient subgroups',
  source: async () => weightGradientOperandsWgsl + (await import('./weight-gradient-subgroups.wgsl')).default,
};
const splitSum = { name: 'conv1d weight gradient sum', source: weightGradientSumWgsl };

/** Workgroups that keep a device busy, and the fewest terms that are worth adding 32 threads' sums for. */
const ENOUGH_GROUPS = 512;
const SHORTEST_SPLIT = 256;
/** Threads of the direct variant that keep a CPU's cores and lanes busy. */
const ENOUGH_THREADS = 512;
/** Workgroups of 8 threads that do the same for the subgroups variant, which shares more work among fewer threads. */
const ENOUGH_SUBGROUPS = 64;

/**
 * How the weight's gradient is spread over threads: 8 × 8 of its elements each, and the terms of its sums if long.
 *
 * Variants by the name `conv1d weight gradient`. `shared` (default): the threads of a workgroup share 8 × 8 elements and
 * take neighbouring terms. `direct`: each thread has elements of its own, nothing is shared, and no barrier is needed;
 * for CPUs. `subgroups`: the same with samples that are loaded once for all threads of a subgroup, two channels out and up
 * to eight channels in a thread; where that cannot be it is `direct`. Measured on lavapipe for 64 → 64 channels over 40
 * samples, kernel 3, batch 64, in CPU time of two cores: shared 7.0 ms, direct 3.0 ms, subgroups 2.1 ms (30 GFLOP/s).
 */
function weightGradientShare(
  { batch, channelsIn, channelsOut, lengthOut, kernel, stride }: Conv1dExtent,
  { variants, limits }: Pick<Lowering, 'variants' | 'limits'>,
) {
  const variant = variants['conv1d weight gradient'];
  const fits = stride === 1 && kernel <= 9 && lengthOut % 8 === 0;
  if (variant === 'subgroups' && limits.subgroupSize! >= 8 && fits) {
    const channels = Math.min(channelsIn, 8, Math.floor(24 / kernel));
    const tiles = Math.ceil(channelsIn / channels) * Math.ceil(channelsOut / 16);
    const splits = divisorUpTo(batch, Math.ceil(enoughParts(ENOUGH_SUBGROUPS, variants) / tiles));
    return {
      kernel: subgroups,
      share: { SUBGROUPS: true, CHANNELS: channels, SPLITS: splits, BATCH_PER_SPLIT: batch / splits },
      splits,
      workgroups: grid(tiles * splits),
    };
  }
  const [columns, rows] = [Math.ceil((channelsIn * kernel + 1) / 8), Math.ceil(channelsOut / 8)];
  if (variant === 'direct' || variant === 'subgroups') {
    const splits = divisorUpTo(batch, Math.ceil(enoughParts(ENOUGH_THREADS, variants) / (columns * rows)));
    return {
      kernel: direct,
      share: { SPLITS: splits, BATCH_PER_SPLIT: batch / splits },
      splits,
      workgroups: grid(Math.ceil((columns * rows * splits) / 16)),
    };
  }
  const terms = batch * lengthOut;
  const wanted = Math.min(
    Math.ceil(enoughParts(ENOUGH_GROUPS, variants) / (columns * rows)),
    Math.floor(terms / SHORTEST_SPLIT),
  );
  const termsPerSplit = Math.ceil(terms / Math.max(1, wanted));
  const splits = Math.ceil(terms / termsPerSplit);
  return {
    kernel: shared,
    share: { TERMS_PER_SPLIT: termsPerSplit },
    splits,
    workgroups: [columns, rows, splits] as const,
  };
}

function divisorUpTo(whole: number, most: number): number {
  let divisor = Math.min(whole, most);
  while (whole % divisor > 0) divisor--;
  return divisor;
}

/** dw[o, c, k] = Σ over b, t of dy[b, o, t] · x[b, c, t·stride + k − padding] and db[o] = Σ over b, t of dy[b, o, t]. */
export const conv1dWeightGradientOp = defineOp({
  name: 'conv1dWeightGradient',
  infer([dy, x], attributes: Conv1dWeightGradientAttributes) {
    const { channelsOut, channelsIn, kernel } = weightGradientExtent(dy!, x!, attributes);
    return [
      { dtype: 'f32', shape: [channelsOut, channelsIn, kernel] },
      { dtype: 'f32', shape: [channelsOut] },
    ];
  },
  webgpu({ inputs: [dy, x], attributes, input, output, scratch, limits, variants }) {
    const extent = weightGradientExtent(dy!, x!, attributes);
    const { kernel, share, splits, workgroups } = weightGradientShare(extent, { limits, variants });
    const columns = extent.channelsIn * extent.kernel;
    const count = extent.channelsOut * (columns + 1);
    const partial = scratch(splits * count);
    return [
      {
        kernel,
        constants: {
          BATCH: extent.batch,
          CHANNELS_IN: extent.channelsIn,
          LENGTH_IN: extent.lengthIn,
          CHANNELS_OUT: extent.channelsOut,
          LENGTH_OUT: extent.lengthOut,
          KERNEL: extent.kernel,
          STRIDE: extent.stride,
          PADDING: extent.padding,
          ...share,
        },
        bindings: [read(input(0)), read(input(1)), write(partial)],
        workgroups,
        flops: conv1dFlops(extent),
      },
      {
        kernel: splitSum,
        constants: { CHANNELS_OUT: extent.channelsOut, COLUMNS: columns, SPLITS: splits },
        bindings: [read(partial), write(output(0)), write(output(1))],
        workgroups: grid(Math.ceil(count / 64)),
        flops: splits * count,
      },
    ];
  },
});

export function conv1dInputGradient(dy: Tensor, weight: Tensor, attributes: Conv1dInputGradientAttributes): Tensor {
  return apply(conv1dInputGradientOp, [dy, weight], attributes)[0]!;
}

export function conv1dWeightGradient(
  dy: Tensor,
  x: Tensor,
  attributes: Conv1dWeightGradientAttributes,
): { weight: Tensor; bias: Tensor } {
  const [weight, bias] = apply(conv1dWeightGradientOp, [dy, x], attributes);
  return { weight: weight!, bias: bias! };
}

/** y = f(z), z = w ⋆ x + b: with dz = dy·f′, the gradients of x and of w are convolutions of dz; db sums it. */
export const conv1dGradient = gradientRule<Conv1dAttributes>(
  ({ inputs, outputs, attributes, outputGradients, needs }) => {
    const [x, weight] = [inputs[0]!, inputs[1]!];
    const { stride, padding, activation } = attributes;
    const dy = outputGradients[0]!;
    const dz = activation === 'none' ? dy : unaryDerivative(activation, dy, outputs[0]!);
    const ofX = () => conv1dInputGradient(dz, weight, { stride, padding, length: x.shape[2]! });
    const ofParameters =
      needs[1] || needs[2] ? conv1dWeightGradient(dz, x, { stride, padding, kernel: weight.shape[2]! }) : undefined;
    return [needs[0] ? ofX() : undefined, ofParameters?.weight, ofParameters?.bias];
  },
);
