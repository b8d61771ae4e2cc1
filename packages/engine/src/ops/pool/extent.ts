import { argumentError, shapeError } from '../../errors.js';
import { elements, type Shape, showShape, type TensorType } from '../../graph/shape.js';
import { requireWhole } from '../require.js';

export interface PoolAttributes {
  /** Samples a window. */
  readonly kernel: number;
  /** Distance of neighbouring windows. */
  readonly stride: number;
  /** Positions that the first window starts before the row, and the last may end behind it. */
  readonly padding: number;
}

/** Window t of a row covers its samples t·stride − padding … + kernel − 1. */
export interface PoolExtent extends PoolAttributes {
  readonly rows: number;
  readonly lengthIn: number;
  readonly lengthOut: number;
}

/** The rows of x [..., length], or INVALID_ARGUMENT and SHAPE_MISMATCH for windows that do not fit. */
export function poolExtent(op: string, { shape }: TensorType, { kernel, stride, padding }: PoolAttributes): PoolExtent {
  requireWhole(op, 'kernel', kernel, 1);
  requireWhole(op, 'stride', stride, 1);
  if (!Number.isInteger(padding) || padding < 0 || 2 * padding > kernel) {
    throw argumentError(
      op,
      `padding must be 0 … ${Math.floor(kernel / 2)}, half the kernel of ${kernel}; got ${padding}`,
      'With more, a window could lie in the padding alone.',
    );
  }
  if (shape.length !== 3) throw shapeError(op, `x must be [batch, channels, length], got ${showShape(shape)}`);
  const lengthIn = shape[2]!;
  const lengthOut = Math.floor((lengthIn + 2 * padding - kernel) / stride) + 1;
  if (lengthOut < 1) {
    throw shapeError(op, `a window of ${kernel} does not fit in ${lengthIn} samples with padding ${padding}`);
  }
  return { rows: elements(shape) / lengthIn, lengthIn, lengthOut, kernel, stride, padding };
}

export function pooledShape(shape: Shape, { lengthOut }: PoolExtent): Shape {
  return [...shape.slice(0, -1), lengthOut];
}

/** The samples of a row that window t covers. */
export function samplesOf({ lengthIn, kernel, stride, padding }: PoolExtent, t: number): { from: number; to: number } {
  const start = t * stride - padding;
  return { from: Math.max(0, start), to: Math.min(lengthIn, start + kernel) };
}

/** Whether a pool's windows are two side by side, in rows of whole quads. */
export const poolsQuads = ({ kernel, stride, padding, lengthIn }: PoolExtent): boolean =>
  kernel === 2 && stride === 2 && padding === 0 && lengthIn % 4 === 0;

/** The prelude of every pooling kernel. */
export function poolConstants({ rows, lengthIn, lengthOut, kernel, stride, padding }: PoolExtent) {
  return {
    ROWS: rows,
    LENGTH_IN: lengthIn,
    LENGTH_OUT: lengthOut,
    KERNEL: kernel,
    STRIDE: stride,
    PADDING: padding,
  };
}
