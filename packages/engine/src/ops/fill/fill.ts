import { grid, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, type Shape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { activeGraph } from '../../graph/trace.js';
import fillWgsl from './fill.wgsl';

export interface FillAttributes {
  readonly shape: Shape;
  readonly value: number;
}

const kernel = { name: 'fill', source: fillWgsl };

export const fillOp = defineOp({
  name: 'fill',
  infer(_inputs, { shape }: FillAttributes) {
    return [{ dtype: 'f32', shape }];
  },
  webgpu({ attributes, output }) {
    const COUNT = elements(attributes.shape);
    return [
      {
        kernel,
        constants: { COUNT, BITS: new Uint32Array(Float32Array.of(attributes.value).buffer)[0]! },
        bindings: [write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
      },
    ];
  },
});

/** A tensor of one value everywhere, NaN and infinities too. */
export function fill(shape: Shape, value: number): Tensor {
  return activeGraph('fill').apply(fillOp, [], { shape, value })[0]!;
}
