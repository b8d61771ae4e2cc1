import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { activationSource } from '../activation/activation.js';
import { gradientRule } from '../gradient.js';
import gradientWgsl from './gradient.wgsl';
import { UNARY_CODES, type UnaryAttributes, type UnaryFunction } from './unary.js';

const kernel = { name: 'unary gradient', source: activationSource + gradientWgsl };

/** Functions whose derivative is written in the value y; the others' is written in the argument x. */
export const FROM_VALUE: ReadonlySet<UnaryFunction> = new Set(['tanh', 'sigmoid', 'exp', 'sqrt']);

export const unaryGradientOp = defineOp({
  name: 'unaryGradient',
  infer([dy], _attributes: UnaryAttributes) {
    return [dy!];
  },
  webgpu({ inputs: [dy], attributes, input, output }) {
    const COUNT = elements(dy!.shape);
    const FUNCTION = UNARY_CODES[attributes.function];
    return [
      {
        kernel,
        constants: { COUNT, FUNCTION, ACTIVATION: FUNCTION },
        bindings: [read(input(0)), read(input(1)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
        flops: 4 * COUNT,
      },
    ];
  },
});

/** dx of y = f(x). `value` is y for tanh, sigmoid, exp and sqrt, else x; relu's may be either. */
export function unaryDerivative(name: UnaryFunction, dy: Tensor, value: Tensor): Tensor {
  return apply(unaryGradientOp, [dy, value], { function: name })[0]!;
}

export const unaryGradient = gradientRule<UnaryAttributes>(({ inputs, outputs, attributes, outputGradients }) => {
  const value = FROM_VALUE.has(attributes.function) ? outputs[0]! : inputs[0]!;
  return [unaryDerivative(attributes.function, outputGradients[0]!, value)];
});
