import { elements, type Shape } from '../../../graph/shape.js';
import { BINARY_CODES, type BinaryAttributes, broadcastStrides } from '../../../ops/binary/binary.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const binaryRule = wasmRule<BinaryAttributes>(({ inputs, outputs, attributes, input, output }) => {
  const { shape } = outputs[0]!;
  const count = elements(shape);
  const { size, left, right } = merged(
    shape,
    broadcastStrides(inputs[0]!.shape, shape),
    broadcastStrides(inputs[1]!.shape, shape),
  );
  const code = BINARY_CODES[attributes.function];
  const [s1, s2, s3] = [size[1]!, size[2]!, size[3]!];
  return [
    {
      kernel: 'binary',
      parameters: [input(0), input(1), output(0), code, s1, s2, s3, count / s3, ...left, ...right],
      solo: tooSmallToShare(count),
      flops: count,
    },
  ];
});

/**
 * Four dimensions, with neighbours made one where both operands run through them alike: rows get long, and two tensors
 * of one shape are a single row.
 */
function merged(shape: Shape, left: readonly number[], right: readonly number[]) {
  const missing = 4 - shape.length;
  const axes: { size: number; left: number; right: number }[] = [];
  for (const [axis, size] of shape.entries()) {
    const own = { size, left: left[axis + missing]!, right: right[axis + missing]! };
    const last = axes.at(-1);
    if (size === 1) continue;
    if (last && last.left === own.left * size && last.right === own.right * size) {
      axes[axes.length - 1] = { ...own, size: last.size * size };
    } else axes.push(own);
  }
  while (axes.length < 4) axes.unshift({ size: 1, left: 0, right: 0 });
  return {
    size: axes.map(({ size }) => size),
    left: axes.map((axis) => axis.left),
    right: axes.map((axis) => axis.right),
  };
}
