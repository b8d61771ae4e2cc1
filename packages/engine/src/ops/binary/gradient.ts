import { type Shape, sameShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { gradientRule } from '../gradient.js';
import { sum } from '../reduce/reduce.js';
import { reshape } from '../reshape/reshape.js';
import { scale } from '../scale/scale.js';
import { type BinaryAttributes, divide, multiply } from './binary.js';

/** Sums a gradient over the dimensions its tensor was stretched along. */
function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const missing = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) => {
    const own = axis < missing ? 1 : shape[axis - missing]!;
    return axis < missing || (own === 1 && size > 1) ? [axis] : [];
  });
  const summed = axes.reduceRight((partial, axis) => sum(partial, axis), gradient);
  return reshape(summed, shape);
}

export const binaryGradient = gradientRule<BinaryAttributes>(
  ({ inputs, outputs, attributes, outputGradients, needs }) => {
    const [a, b] = [inputs[0]!, inputs[1]!];
    const dy = outputGradients[0]!;
    const gradients = {
      add: [() => dy, () => dy],
      subtract: [() => dy, () => scale(dy, -1)],
      multiply: [() => multiply(dy, b), () => multiply(dy, a)],
      // y = a/b: ∂y/∂b = −y/b.
      divide: [() => divide(dy, b), () => scale(divide(multiply(dy, outputs[0]!), b), -1)],
    }[attributes.function];
    return [a, b].map((tensor, index) => (needs[index] ? unbroadcast(gradients[index]!(), tensor.shape) : undefined));
  },
);
