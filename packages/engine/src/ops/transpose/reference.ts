import { reference } from '../reference.js';
import { sourceStrides, type TransposeAttributes } from './transpose.js';

export const transposeReference = reference<TransposeAttributes>(
  ({ inputs, outputs, inputTypes, outputTypes, attributes }) => {
    const [x, y] = [inputs[0]!, outputs[0]!];
    const { shape } = outputTypes[0]!;
    const from = sourceStrides(inputTypes[0]!.shape, attributes.axes);
    const [s3, s2, s1] = [shape.at(-1) ?? 1, shape.at(-2) ?? 1, shape.at(-3) ?? 1];
    let i = 0;
    for (let i0 = 0; i < y.length; i0++)
      for (let i1 = 0; i1 < s1; i1++)
        for (let i2 = 0; i2 < s2; i2++)
          for (let i3 = 0; i3 < s3; i3++) y[i++] = x[i0 * from[0]! + i1 * from[1]! + i2 * from[2]! + i3 * from[3]!]!;
  },
);
