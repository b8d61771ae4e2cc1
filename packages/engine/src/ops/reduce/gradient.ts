import { multiply } from '../binary/binary.js';
import { fill } from '../fill/fill.js';
import { gradientRule } from '../gradient.js';
import { reshape } from '../reshape/reshape.js';
import type { ReduceAttributes } from './reduce.js';

/** Every summed element gets the sum's gradient, divided by their number for a mean. */
export const reduceGradient = gradientRule<ReduceAttributes>(({ inputs, attributes, outputGradients }) => {
  const { shape } = inputs[0]!;
  const kept = shape.map((size, axis) => (axis === attributes.axis ? 1 : size));
  const factor = attributes.function === 'mean' ? 1 / shape[attributes.axis]! : 1;
  return [multiply(reshape(outputGradients[0]!, kept), fill(shape, factor))];
});
