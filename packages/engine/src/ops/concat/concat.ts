import { argumentError, shapeError } from '../../errors.js';
import { defineOp } from '../../graph/node.js';
import { normaliseAxis, sameShape, showType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireDtype } from '../require.js';
import { axisExtent, copyRows } from './copy-rows.js';

export interface ConcatAttributes {
  readonly axis: number;
}

export const concatOp = defineOp({
  name: 'concat',
  infer(inputs, { axis }: ConcatAttributes) {
    const first = inputs[0]!;
    const others = (shape: readonly number[]) => shape.filter((_, i) => i !== axis);
    for (const type of inputs) {
      requireDtype('concat', type, first.dtype);
      if (type.shape.length !== first.shape.length || !sameShape(others(type.shape), others(first.shape))) {
        throw shapeError('concat', `all dimensions but ${axis} must agree; got ${inputs.map(showType).join(', ')}`);
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return [{ dtype: first.dtype, shape: first.shape.map((size, i) => (i === axis ? total : size)) }];
  },
  webgpu({ inputs, outputs: [y], attributes: { axis }, input, output }) {
    const { outer, size: total, inner } = axisExtent(y!.shape, axis);
    let offset = 0;
    return inputs.map(({ shape }, index) => {
      const width = shape[axis]! * inner;
      const step = copyRows(
        { rows: outer, width },
        { buffer: input(index), stride: width, offset: 0 },
        { buffer: output(0), stride: total * inner, offset },
      );
      offset += width;
      return step;
    });
  },
});

/**
 * Tensors one behind the other along `axis` (negative counts from the end); their other dimensions and element types must
 * agree. Throws SHAPE_MISMATCH, DTYPE_MISMATCH, or INVALID_ARGUMENT where there is no tensor or no such axis.
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first, ...rest] = tensors;
  if (first === undefined) throw argumentError('concat', 'needs at least one tensor');
  const along = normaliseAxis('concat', axis, first.shape.length);
  return rest.length === 0 ? first : apply(concatOp, [first, ...rest], { axis: along })[0]!;
}
