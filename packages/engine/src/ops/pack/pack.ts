import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { PackAttributes } from '../../graph/pack-layout.js';
import { elements } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { activeGraph } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import packWgsl from './pack.wgsl';

const kernel = { name: 'pack', source: packWgsl };

/** One copy for each input; the planner lets most inputs be computed in place, and their copies fall away. */
export const packOp = defineOp({
  name: 'pack',
  layout: 'pack',
  infer(inputs, { length }: PackAttributes) {
    for (const input of inputs) requireF32('pack', input);
    return [{ dtype: 'f32', shape: [length] }];
  },
  webgpu({ inputs, attributes, input, output }) {
    return inputs.map(({ shape }, index) => {
      const COUNT = elements(shape);
      return {
        kernel,
        constants: { COUNT, OFFSET: attributes.offsets[index]! },
        bindings: [read(input(index)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
      };
    });
  },
});

/** Tensors laid side by side in one flat tensor of `length`, each at its offset; zero in between. */
export function pack(tensors: readonly Tensor[], attributes: PackAttributes): Tensor {
  return activeGraph('pack').apply(packOp, tensors, attributes)[0]!;
}
