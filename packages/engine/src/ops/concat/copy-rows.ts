import { type BufferRef, grid, type KernelStep, read, write } from '../../graph/lowering.js';
import { elements, type Shape } from '../../graph/shape.js';
import copyRowsWgsl from './copy-rows.wgsl';

const kernel = { name: 'copy rows', source: copyRowsWgsl };

/** Columns of a matrix, from `offset` on, where a row takes `stride` elements. */
export interface Columns {
  readonly stride: number;
  readonly offset: number;
}

/** Elements before, at and within one place of the axis: a tensor is [outer] rows of size·inner elements. */
export function axisExtent(shape: Shape, axis: number): { outer: number; size: number; inner: number } {
  return { outer: elements(shape.slice(0, axis)), size: shape[axis]!, inner: elements(shape.slice(axis + 1)) };
}

/** Dispatch that copies `width` columns of each of `rows` rows. */
export function copyRows(
  { rows, width }: { readonly rows: number; readonly width: number },
  x: Columns & { readonly buffer: BufferRef },
  y: Columns & { readonly buffer: BufferRef },
): KernelStep {
  return {
    kernel,
    constants: {
      COUNT: rows * width,
      WIDTH: width,
      X_STRIDE: x.stride,
      X_OFFSET: x.offset,
      Y_STRIDE: y.stride,
      Y_OFFSET: y.offset,
    },
    bindings: [read(x.buffer), write(y.buffer)],
    workgroups: grid(Math.ceil((rows * width) / 256)),
  };
}
