import { argumentError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { broadcastShapes, elements, MAX_RANK, padded, type Shape, strides } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import binaryWgsl from './binary.wgsl';

export interface BinaryAttributes {
  readonly function: BinaryFunction;
}

/** The value of the kernel's FUNCTION constant. */
export const BINARY_CODES = { add: 0, subtract: 1, multiply: 2, divide: 3 } as const;
export type BinaryFunction = keyof typeof BINARY_CODES;

const kernel = { name: 'binary', source: binaryWgsl };

export const binaryOp = defineOp({
  name: 'binary',
  infer([a, b], attributes: BinaryAttributes) {
    requireF32(attributes.function, a!);
    requireF32(attributes.function, b!);
    const shape = broadcastShapes(attributes.function, a!.shape, b!.shape);
    if (shape.length > MAX_RANK)
      throw argumentError(attributes.function, `at most ${MAX_RANK} dimensions, got ${shape.length}`);
    return [{ dtype: 'f32', shape }];
  },
  webgpu({ inputs: [a, b], outputs: [y], attributes, input, output }) {
    const COUNT = elements(y!.shape);
    const size = padded(y!.shape, 1);
    const left = broadcastStrides(a!.shape, y!.shape);
    const right = broadcastStrides(b!.shape, y!.shape);
    return [
      {
        kernel,
        constants: {
          COUNT,
          FUNCTION: BINARY_CODES[attributes.function],
          SIZE_1: size[1]!,
          SIZE_2: size[2]!,
          SIZE_3: size[3]!,
          A_0: left[0]!,
          A_1: left[1]!,
          A_2: left[2]!,
          A_3: left[3]!,
          B_0: right[0]!,
          B_1: right[1]!,
          B_2: right[2]!,
          B_3: right[3]!,
        },
        bindings: [read(input(0)), read(input(1)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
        flops: COUNT,
      },
    ];
  },
});

/** Strides of `shape` seen as `target`, padded on the left to four dimensions: 0 where a dimension is stretched. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = strides(shape);
  const missing = target.length - shape.length;
  const aligned = target.map((_, axis) => {
    const at = axis - missing;
    return at < 0 || shape[at] === 1 ? 0 : own[at]!;
  });
  return padded(aligned, 0);
}

const binary = (name: BinaryFunction) => (a: Tensor, b: Tensor) => apply(binaryOp, [a, b], { function: name })[0]!;

/** a + b with NumPy broadcasting, up to four dimensions. Throws SHAPE_MISMATCH. */
export const add = /* @__PURE__ */ binary('add');
/** a − b with NumPy broadcasting. */
export const subtract = /* @__PURE__ */ binary('subtract');
/** a · b elementwise with NumPy broadcasting. */
export const multiply = /* @__PURE__ */ binary('multiply');
/** a / b elementwise with NumPy broadcasting. */
export const divide = /* @__PURE__ */ binary('divide');
