import { argumentError, shapeError } from '../errors.js';

/** Dimensions, outermost first; row-major everywhere. `[]` is a scalar. */
export type Shape = readonly number[];
export type DType = 'f32' | 'i32' | 'u32';

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * What an input of a program is: its shape, none for a scalar, and its element type. Throws INVALID_ARGUMENT for a dimension
 * that is no positive integer.
 */
export const f32 = (...shape: number[]): TensorType => tensorType('f32', shape);
/** As `f32`, of signed integers: labels, indices. */
export const i32 = (...shape: number[]): TensorType => tensorType('i32', shape);
/** As `f32`, of unsigned integers. */
export const u32 = (...shape: number[]): TensorType => tensorType('u32', shape);

export function tensorType(dtype: DType, shape: Shape, where = 'shape'): TensorType {
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 1) {
      throw argumentError(where, `every dimension must be a positive integer, got ${showShape(shape)}`);
    }
  }
  return { dtype, shape: [...shape] };
}

/** How many elements a tensor of this shape has; 1 for a scalar. */
export function elements(shape: Shape): number {
  let product = 1;
  for (const size of shape) product *= size;
  return product;
}

/** Whether rank and every dimension are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function showType(type: TensorType): string {
  return `${type.dtype}${showShape(type.shape)}`;
}

/** Row-major strides in elements. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis]!;
  }
  return result;
}

/** Dimensions that kernels which count by axis have. */
export const MAX_RANK = 4;

/** Sizes or strides of so many dimensions, those that are missing on the left made of `fill`. */
export const padded = (numbers: readonly number[], fill: number): number[] => [
  ...new Array<number>(MAX_RANK - numbers.length).fill(fill),
  ...numbers,
];

/** NumPy's rule: align at the right; a dimension of 1 stretches. Throws SHAPE_MISMATCH. */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const left = a[a.length - i] ?? 1;
    const right = b[b.length - i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw shapeError(op, `cannot broadcast ${showShape(a)} with ${showShape(b)}: ${left} against ${right}`);
    }
    result[rank - i] = Math.max(left, right);
  }
  return result;
}

/** Turns a possibly negative axis into one of `0 … rank - 1`. */
export function normaliseAxis(op: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw argumentError(op, `axis ${axis} is outside a tensor of rank ${rank}`);
  }
  return positive;
}
