import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { activationSource } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import unaryWgsl from './unary.wgsl';

/** The value of the kernels' FUNCTION constant. */
export const UNARY_CODES = {
  relu: 1,
  tanh: 2,
  sigmoid: 3,
  gelu: 4,
  exp: 5,
  log: 6,
  sqrt: 7,
  square: 8,
  abs: 9,
  softplus: 10,
} as const;

export type UnaryFunction = keyof typeof UNARY_CODES;

export interface UnaryAttributes {
  readonly function: UnaryFunction;
}

const kernel = { name: 'unary', source: activationSource + unaryWgsl };

export const unaryOp = defineOp({
  name: 'unary',
  infer([x], attributes: UnaryAttributes) {
    requireF32(attributes.function, x!);
    return [x!];
  },
  webgpu({ inputs: [x], attributes, input, output }) {
    const COUNT = elements(x!.shape);
    const FUNCTION = UNARY_CODES[attributes.function];
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

/** max(x, 0); the gradient at 0 is 0. Like all functions here elementwise, of x's shape; throws DTYPE_MISMATCH where x is not f32. */
export const relu = /* @__PURE__ */ unary('relu');
/** Hyperbolic tangent. */
export const tanh = /* @__PURE__ */ unary('tanh');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = /* @__PURE__ */ unary('sigmoid');
/** Gaussian error linear unit in its tanh form: x/2 · (1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016). */
export const gelu = /* @__PURE__ */ unary('gelu');
/** eˣ. */
export const exp = /* @__PURE__ */ unary('exp');
/** Natural logarithm; NaN below 0, −∞ at 0. */
export const log = /* @__PURE__ */ unary('log');
/** Square root; NaN below 0. */
export const sqrt = /* @__PURE__ */ unary('sqrt');
/** x². */
export const square = /* @__PURE__ */ unary('square');
/** |x|; the gradient at 0 is 0. */
export const abs = /* @__PURE__ */ unary('abs');
/** log(1 + eˣ), without overflow. */
export const softplus = /* @__PURE__ */ unary('softplus');
