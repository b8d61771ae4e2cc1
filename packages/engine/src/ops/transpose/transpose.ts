import { argumentError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, MAX_RANK, padded, type Shape, showShape, strides } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import transposeWgsl from './transpose.wgsl';

export interface TransposeAttributes {
  /** Output axis i is input axis `axes[i]`. */
  readonly axes: readonly number[];
}

const kernel = { name: 'transpose', source: transposeWgsl };

export const transposeOp = defineOp({
  name: 'transpose',
  infer([x], { axes }: TransposeAttributes) {
    requireF32('transpose', x!);
    const rank = x!.shape.length;
    const sorted = [...axes].sort((a, b) => a - b);
    if (rank > MAX_RANK || axes.length !== rank || sorted.some((axis, i) => axis !== i)) {
      throw argumentError(
        'transpose',
        `axes [${axes.join(', ')}] are no order of the axes of ${showShape(x!.shape)} (at most ${MAX_RANK})`,
      );
    }
    return [{ dtype: x!.dtype, shape: axes.map((axis) => x!.shape[axis]!) }];
  },
  webgpu({ inputs: [x], outputs: [y], attributes, input, output }) {
    const COUNT = elements(y!.shape);
    const size = padded(y!.shape, 1);
    const from = sourceStrides(x!.shape, attributes.axes);
    return [
      {
        kernel,
        constants: {
          COUNT,
          SIZE_1: size[1]!,
          SIZE_2: size[2]!,
          SIZE_3: size[3]!,
          X_0: from[0]!,
          X_1: from[1]!,
          X_2: from[2]!,
          X_3: from[3]!,
        },
        bindings: [read(input(0)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
      },
    ];
  },
});

/** For each output axis the stride of the input axis it shows, padded on the left to four. */
export function sourceStrides(shape: Shape, axes: readonly number[]): number[] {
  const own = strides(shape);
  return padded(
    axes.map((axis) => own[axis]!),
    0,
  );
}

/** Axes in another order: output axis i is input axis `axes[i]`. Without `axes` the last two are swapped. */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const swapped = [...Array(Math.max(0, rank - 2)).keys(), rank - 1, rank - 2];
  return apply(transposeOp, [x], { axes: axes ?? swapped })[0]!;
}
