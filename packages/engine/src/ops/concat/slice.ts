import { argumentError } from '../../errors.js';
import { defineOp } from '../../graph/node.js';
import { normaliseAxis, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { axisExtent, copyRows } from './copy-rows.js';

export interface SliceAttributes {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

export const sliceOp = defineOp({
  name: 'slice',
  infer([x], { axis, from, to }: SliceAttributes) {
    const size = x!.shape[axis]!;
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > size || from >= to) {
      throw argumentError(
        'slice',
        `${from} to ${to} is no part of axis ${axis} of ${showShape(x!.shape)}`,
        `Give whole numbers with 0 ≤ from < to ≤ ${size}.`,
      );
    }
    return [{ dtype: x!.dtype, shape: x!.shape.map((length, i) => (i === axis ? to - from : length)) }];
  },
  webgpu({ inputs: [x], attributes: { axis, from, to }, input, output }) {
    const { outer, size, inner } = axisExtent(x!.shape, axis);
    const width = (to - from) * inner;
    return [
      copyRows(
        { rows: outer, width },
        { buffer: input(0), stride: size * inner, offset: from * inner },
        { buffer: output(0), stride: width, offset: 0 },
      ),
    ];
  },
});

/**
 * The places `from` … `to` − 1 of `axis` (negative counts from the end), any element type.
 * Throws INVALID_ARGUMENT where that is no part of the axis.
 */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const along = normaliseAxis('slice', axis, x.shape.length);
  return apply(sliceOp, [x], { axis: along, from, to })[0]!;
}
