import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32, requireNumber } from '../require.js';
import scaleWgsl from './scale.wgsl';

export interface ScaleAttributes {
  readonly factor: number;
}

const kernel = { name: 'scale', source: scaleWgsl };

export const scaleOp = defineOp({
  name: 'scale',
  infer([x], { factor }: ScaleAttributes) {
    requireNumber('scale', 'factor', factor, Number.isFinite(Math.fround(factor)), 'finite in f32');
    requireF32('scale', x!);
    return [x!];
  },
  webgpu({ inputs: [x], attributes, input, output }) {
    const COUNT = elements(x!.shape);
    return [
      {
        kernel,
        constants: { COUNT, FACTOR: { f32: attributes.factor } },
        bindings: [read(input(0)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
        flops: COUNT,
      },
    ];
  },
});

/** factor · x, of x's shape, for a factor known when the program is compiled. Throws DTYPE_MISMATCH where x is not f32, INVALID_ARGUMENT for a factor that is not finite. */
export function scale(x: Tensor, factor: number): Tensor {
  return apply(scaleOp, [x], { factor })[0]!;
}
