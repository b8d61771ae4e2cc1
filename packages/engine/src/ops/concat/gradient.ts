import type { Tensor } from '../../graph/tensor.js';
import { fill } from '../fill/fill.js';
import { gradientRule } from '../gradient.js';
import { type ConcatAttributes, concat } from './concat.js';
import { type SliceAttributes, slice } from './slice.js';

/** Each tensor's gradient is its part of the whole's. */
export const concatGradient = gradientRule<ConcatAttributes>(
  ({ inputs, attributes: { axis }, outputGradients, needs }) => {
    const dy = outputGradients[0]!;
    let from = 0;
    return inputs.map(({ shape }, index) => {
      const start = from;
      from += shape[axis]!;
      return needs[index] ? slice(dy, axis, start, from) : undefined;
    });
  },
);

/** The part's gradient with zeros before and behind it. */
export const sliceGradient = gradientRule<SliceAttributes>(
  ({ inputs, attributes: { axis, from, to }, outputGradients }) => {
    const { shape } = inputs[0]!;
    const zeros = (size: number): Tensor[] =>
      size === 0
        ? []
        : [
            fill(
              shape.map((length, i) => (i === axis ? size : length)),
              0,
            ),
          ];
    return [concat([...zeros(from), outputGradients[0]!, ...zeros(shape[axis]! - to)], axis)];
  },
);
