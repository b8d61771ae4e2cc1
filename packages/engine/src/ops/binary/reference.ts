import { reference } from '../reference.js';
import { type BinaryAttributes, type BinaryFunction, broadcastStrides } from './binary.js';

const FUNCTIONS: Record<BinaryFunction, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
};

/** y = a ∘ b, dimensions of size 1 stretched. */
export const binaryReference = reference<BinaryAttributes>(
  ({ inputs, outputs, inputTypes, outputTypes, attributes }) => {
    const [a, b, y] = [inputs[0]!, inputs[1]!, outputs[0]!];
    const compute = FUNCTIONS[attributes.function];
    const { shape } = outputTypes[0]!;
    const left = broadcastStrides(inputTypes[0]!.shape, shape);
    const right = broadcastStrides(inputTypes[1]!.shape, shape);
    const [s3, s2, s1] = [shape.at(-1) ?? 1, shape.at(-2) ?? 1, shape.at(-3) ?? 1];
    for (let i = 0; i < y.length; i++) {
      const at = [Math.floor(i / (s3 * s2 * s1)), Math.floor(i / (s3 * s2)) % s1, Math.floor(i / s3) % s2, i % s3];
      let p = 0;
      let q = 0;
      for (let axis = 0; axis < 4; axis++) {
        p += at[axis]! * left[axis]!;
        q += at[axis]! * right[axis]!;
      }
      y[i] = compute(a[p]!, b[q]!);
    }
  },
);
