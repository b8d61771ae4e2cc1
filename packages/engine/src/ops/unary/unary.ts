import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { activationSource } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import { type UnaryAttributes, type UnaryFunction, unaryFunctions } from './functions.js';
import unaryWgsl from './unary.wgsl';

const kernel = { name: 'unary', source: activationSource + unaryWgsl };

export const unaryOp = defineOp({
  name: 'unary',
  infer([x], attributes: UnaryAttributes) {
    requireF32(attributes.function, x!);
    return [x!];
  },
  webgpu({ inputs: [x], attributes, input, output }) {
    const COUNT = elements(x!.shape);
    const FUNCTION = unaryFunctions[attributes.function].code;
    return [
      {
        kernel,
        constants: { COUNT, FUNCTION, ACTIVATION: FUNCTION },
        bindings: [read(input(0)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
        flops: COUNT,
      },
    ];
  },
});

const unary = (name: UnaryFunction) => (x: Tensor) => apply(unaryOp, [x], { function: name })[0]!;

/** max(x, 0), elementwise on any shape; the gradient at 0 is 0. */
export const relu = unary('relu');
export const tanh = unary('tanh');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary('sigmoid');
/** Gaussian error linear unit in its tanh form: x/2 · (1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016). */
export const gelu = unary('gelu');
export const exp = unary('exp');
/** Natural logarithm. */
export const log = unary('log');
export const sqrt = unary('sqrt');
export const square = unary('square');
export const abs = unary('abs');
/** log(1 + eˣ), without overflow. */
export const softplus = unary('softplus');
