import { reference } from '../reference.js';
import type { ConcatAttributes } from './concat.js';
import { axisExtent } from './copy-rows.js';
import type { SliceAttributes } from './slice.js';

/** y[…, offset of x + i, …] = x[…, i, …]. */
export const concatReference = reference<ConcatAttributes>(
  ({ inputs, outputs, inputTypes, outputTypes, attributes }) => {
    const y = outputs[0]!;
    const { outer, size, inner } = axisExtent(outputTypes[0]!.shape, attributes.axis);
    let offset = 0;
    for (const [index, x] of inputs.entries()) {
      const width = inputTypes[index]!.shape[attributes.axis]! * inner;
      for (let row = 0; row < outer; row++) {
        y.set(x.subarray(row * width, (row + 1) * width), row * size * inner + offset);
      }
      offset += width;
    }
  },
);

/** y[…, i, …] = x[…, from + i, …]. */
export const sliceReference = reference<SliceAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  const { axis, from, to } = attributes;
  const { outer, size, inner } = axisExtent(inputTypes[0]!.shape, axis);
  for (let row = 0; row < outer; row++) {
    y.set(x.subarray((row * size + from) * inner, (row * size + to) * inner), row * (to - from) * inner);
  }
});
