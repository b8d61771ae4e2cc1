import { shapeError } from '../../errors.js';
import { defineOp } from '../../graph/node.js';
import { elements, type Shape, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';

export interface ReshapeAttributes {
  readonly shape: Shape;
}

/** A view: no kernel runs and nothing moves. */
export const reshapeOp = defineOp({
  name: 'reshape',
  layout: 'view',
  infer([x], { shape }: ReshapeAttributes) {
    if (elements(shape) !== elements(x!.shape)) {
      throw shapeError(
        'reshape',
        `${showShape(x!.shape)} has ${elements(x!.shape)} elements, ${showShape(shape)} has ${elements(shape)}`,
      );
    }
    return [{ dtype: x!.dtype, shape: [...shape] }];
  },
  webgpu: () => [],
});

/** The same values in row-major order under another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return apply(reshapeOp, [x], { shape })[0]!;
}
