import { shapeError } from '../../errors.js';
import { defineOp } from '../../graph/node.js';
import { showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import type { Activation } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import { directConvolution } from './direct.js';
import { type Conv1dWindow, conv1dExtent, conv1dFlops } from './extent.js';

export interface Conv1dAttributes extends Conv1dWindow {
  readonly activation: Activation;
}

export const conv1dOp = defineOp({
  name: 'conv1d',
  infer([x, weight, bias], attributes: Conv1dAttributes) {
    for (const tensor of bias ? [x!, weight!, bias] : [x!, weight!]) requireF32('conv1d', tensor);
    const { batch, channelsOut, lengthOut } = conv1dExtent('conv1d', x!, weight!, attributes);
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== channelsOut)) {
      throw shapeError(
        'conv1d',
        `bias must be [${channelsOut}] to match weight ${showShape(weight!.shape)}, got ${showShape(bias.shape)}`,
      );
    }
    return [{ dtype: 'f32', shape: [batch, channelsOut, lengthOut] }];
  },
  webgpu({ inputs: [x, weight, bias], attributes, input, output, limits, variants }) {
    const extent = conv1dExtent('conv1d', x!, weight!, attributes);
    return [
      directConvolution({
        ...extent,
        name: 'conv1d',
        dilation: 1,
        reversed: false,
        x: input(0),
        weight: input(1),
        bias: bias && input(2),
        y: output(0),
        activation: attributes.activation,
        limits,
        variants,
        flops: conv1dFlops(extent),
      }),
    ];
  },
});

/**
 * One-dimensional convolution as PyTorch's `conv1d` (a cross-correlation; dilation 1, one group):
 * y[b, o, t] = activation(bias[o] + Σ over c, k of weight[o, c, k] · x[b, c, t·stride + k − padding]), x zero outside.
 *
 * x [batch, channels in, length], weight [channels out, channels in, kernel], bias [channels out] →
 * [batch, channels out, ⌊(length + 2·padding − kernel) / stride⌋ + 1].
 * Throws SHAPE_MISMATCH, and INVALID_ARGUMENT for a stride or padding that is not a whole number in range.
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { stride = 1, padding = 0, activation = 'none' as Activation } = {},
): Tensor {
  return apply(conv1dOp, bias ? [x, weight, bias] : [x, weight], { stride, padding, activation })[0]!;
}
