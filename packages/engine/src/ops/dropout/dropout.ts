import { argumentError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply, scalar } from '../../graph/trace.js';
import threefryWgsl from '../../random/threefry.wgsl';
import { requireDtype, requireF32 } from '../require.js';
import dropoutWgsl from './dropout.wgsl';

export interface DropoutAttributes {
  readonly probability: number;
  /** Keeps this use's random numbers apart from others' in the graph. */
  readonly stream: number;
}

const kernel = { name: 'dropout', source: threefryWgsl + dropoutWgsl };

/** Random numbers have 24 bits; those below this are dropped. A whole number, so every device decides alike. */
export function dropThreshold(probability: number): number {
  return Math.round(probability * 2 ** 24);
}

/** Inputs x, seed and step. It is linear in x, and so its own gradient with the same mask. */
export const dropoutOp = defineOp({
  name: 'dropout',
  infer([x, seed, step], { probability }: DropoutAttributes) {
    requireF32('dropout', x!);
    requireDtype('dropout', seed!, 'u32');
    requireDtype('dropout', step!, 'u32');
    if (!(probability >= 0 && probability < 1)) {
      throw argumentError('dropout', `probability must be at least 0 and below 1, got ${probability}`);
    }
    return [x!];
  },
  webgpu({ inputs: [x], attributes: { probability, stream }, input, output }) {
    const COUNT = elements(x!.shape);
    return [
      {
        kernel,
        constants: {
          COUNT,
          STREAM: stream,
          THRESHOLD: dropThreshold(probability),
          FACTOR: { f32: 1 / (1 - probability) },
        },
        bindings: [read(input(0)), read(input(1)), read(input(2)), write(output(0))],
        workgroups: grid(Math.ceil(COUNT / 256)),
        flops: COUNT,
      },
    ];
  },
});

/**
 * Dropout (Srivastava et al. 2014), any shape: each element becomes 0 with `probability`, the others are divided by
 * 1 − probability. For training graphs; leave it out of a graph for inference.
 *
 * The program needs the scalars `seed` and `step` (u32) at each run. The mask is a pure function of seed, step, the
 * element and this use's place in the graph (Threefry, `random/threefry.ts`): the same on every device, in the gradient,
 * and again for the same seed and step. Throws INVALID_ARGUMENT unless 0 ≤ probability < 1.
 */
export function dropout(x: Tensor, { probability }: { readonly probability: number }): Tensor {
  const attributes = { probability, stream: x.graph.stream() };
  return apply(dropoutOp, [x, scalar('seed', 'u32'), scalar('step', 'u32')], attributes)[0]!;
}
