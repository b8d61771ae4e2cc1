import { shapeError } from '../../errors.js';
import { showShape, type TensorType } from '../../graph/shape.js';
import { requireWhole } from '../require.js';

export interface Conv1dWindow {
  readonly stride: number;
  /** Zeros put at both ends of every row. */
  readonly padding: number;
}

/** The sizes of one convolution, all that its kernels and references need to know. */
export interface Conv1dExtent extends Conv1dWindow {
  readonly batch: number;
  readonly channelsIn: number;
  readonly lengthIn: number;
  readonly channelsOut: number;
  readonly lengthOut: number;
  readonly kernel: number;
}

/** x [batch, in, length] and weight [out, in, kernel], or SHAPE_MISMATCH; INVALID_ARGUMENT for an impossible window. */
export function conv1dExtent(op: string, x: TensorType, weight: TensorType, window: Conv1dWindow): Conv1dExtent {
  const { stride, padding } = window;
  requireWhole(op, 'stride', stride, 1);
  requireWhole(op, 'padding', padding, 0);
  if (x.shape.length !== 3) {
    throw shapeError(op, `x must be [batch, channels, length], got ${showShape(x.shape)}`);
  }
  const [batch, channelsIn, lengthIn] = [x.shape[0]!, x.shape[1]!, x.shape[2]!];
  if (weight.shape.length !== 3 || weight.shape[1] !== channelsIn) {
    throw shapeError(
      op,
      `weight must be [out, ${channelsIn}, kernel] to match x ${showShape(x.shape)}, got ${showShape(weight.shape)}`,
    );
  }
  const [channelsOut, kernel] = [weight.shape[0]!, weight.shape[2]!];
  const lengthOut = Math.floor((lengthIn + 2 * padding - kernel) / stride) + 1;
  if (lengthOut < 1) {
    throw shapeError(
      op,
      `a kernel of ${kernel} does not fit in ${lengthIn} samples with ${padding} zeros at each end`,
      'Use a shorter kernel, more padding, or a longer signal.',
    );
  }
  return { batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, stride, padding };
}

/** Floating-point operations of the convolution; each of its two gradients needs as many. */
export function conv1dFlops({ batch, channelsIn, channelsOut, lengthOut, kernel }: Conv1dExtent): number {
  return 2 * batch * channelsOut * lengthOut * channelsIn * kernel;
}
