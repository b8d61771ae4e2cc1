import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, type Shape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { gradientRule } from '../gradient.js';
import gradientWgsl from './gradient.wgsl';

const kernel = { name: 'gather gradient', source: gradientWgsl };

export interface GatherGradientAttributes {
  /** Of the table. */
  readonly shape: Shape;
}

/** Inputs dy and index; output dtable. Work is rows × indices: meant for tables of some thousand rows at most. */
export const gatherGradientOp = defineOp({
  name: 'gatherGradient',
  infer(_inputs, { shape }: GatherGradientAttributes) {
    return [{ dtype: 'f32', shape }];
  },
  webgpu({ inputs: [, index], attributes: { shape }, input, output }) {
    const COUNT = elements(shape);
    const ENTRIES = index!.shape[0]!;
    return [
      {
        kernel,
        constants: { COUNT, ENTRIES, WIDTH: elements(shape.slice(1)) },
        bindings: [read(input(0)), read(input(1)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
        flops: ENTRIES * elements(shape.slice(1)),
      },
    ];
  },
});

/** ∂loss/∂table of y = gatherRows(table, index): each row's sum of the gradients it was gathered to. */
export function gatherDerivative(dy: Tensor, index: Tensor, shape: Shape): Tensor {
  return apply(gatherGradientOp, [dy, index], { shape })[0]!;
}

export const gatherGradient = gradientRule(({ inputs, outputGradients, needs }) => [
  needs[0] ? gatherDerivative(outputGradients[0]!, inputs[1]!, inputs[0]!.shape) : undefined,
]);
