import { grid, type Kernel, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { isNanSource } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import averageWgsl from './average.wgsl';
import { type PoolAttributes, poolConstants, poolExtent, pooledShape } from './extent.js';
import maxWgsl from './max.wgsl';
import windowWgsl from './window.wgsl';

/** `quads`, for windows of two side by side in rows of eight, sixteen, …: the kernel that `elementwise: 'quads'` takes. */
function definePool<const Name extends string>(name: Name, kernel: Kernel, quads?: Kernel) {
  return defineOp({
    name,
    infer([x], attributes: PoolAttributes) {
      requireF32(name, x!);
      return [{ dtype: 'f32', shape: pooledShape(x!.shape, poolExtent(name, x!, attributes)) }];
    },
    webgpu({ inputs: [x], attributes, input, output, variants }) {
      const extent = poolExtent(name, x!, attributes);
      const { rows, lengthIn, lengthOut, kernel: size } = extent;
      const count = rows * lengthOut;
      const paired = size === 2 && 2 * lengthOut === lengthIn && lengthIn % 8 === 0;
      return [
        {
          kernel: paired && quads && variants['elementwise'] === 'quads' ? quads : kernel,
          constants: poolConstants(extent),
          bindings: [read(input(0)), write(output(0))],
          workgroups: grid(Math.ceil(count / 256)),
          flops: count * size,
        },
      ];
    },
  });
}

// Marked pure, sources joined by a call that is, so that a bundle with one of the two does not carry the other.
export const maxPool1dOp = /* @__PURE__ */ definePool(
  'maxPool1d',
  { name: 'max pool', source: /* @__PURE__ */ [isNanSource, maxWgsl].join('') },
  {
    name: 'max pool, quads',
    source: async () => (await import('./max-quads.js')).maxQuadsSource,
  },
);
export const averagePool1dOp = /* @__PURE__ */ definePool('averagePool1d', {
  name: 'average pool',
  source: /* @__PURE__ */ [windowWgsl, averageWgsl].join(''),
});

export interface PoolOptions {
  /** Samples a window. */
  readonly kernel: number;
  /** Distance of neighbouring windows; default: `kernel`. */
  readonly stride?: number;
  /** How far windows may reach beyond both ends of a row: at most half the kernel. Default: 0. */
  readonly padding?: number;
}

/**
 * Largest value of each window, as PyTorch's `max_pool1d`: x [batch, channels, length] →
 * [batch, channels, ⌊(length + 2·padding − kernel) / stride⌋ + 1]. Padding never wins; NaN always does. The gradient goes
 * to a window's first maximum. Throws SHAPE_MISMATCH and INVALID_ARGUMENT.
 */
export function maxPool1d(x: Tensor, { kernel, stride = kernel, padding = 0 }: PoolOptions): Tensor {
  return apply(maxPool1dOp, [x], { kernel, stride, padding })[0]!;
}

/**
 * Mean of each window, as PyTorch's `avg_pool1d`: x [batch, channels, length] →
 * [batch, channels, ⌊(length + 2·padding − kernel) / stride⌋ + 1]. Padding counts as zeros.
 * Throws SHAPE_MISMATCH and INVALID_ARGUMENT.
 */
export function averagePool1d(x: Tensor, { kernel, stride = kernel, padding = 0 }: PoolOptions): Tensor {
  return apply(averagePool1dOp, [x], { kernel, stride, padding })[0]!;
}
