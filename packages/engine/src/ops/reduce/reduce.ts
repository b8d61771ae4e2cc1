import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, normaliseAxis, type Shape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import { reshape } from '../reshape/reshape.js';
import reduceWgsl from './reduce.wgsl';

export interface ReduceAttributes {
  readonly function: 'sum' | 'mean';
  readonly axis: number;
}

const kernel = { name: 'reduce', source: reduceWgsl };

/** A tensor seen as [outer, reduced, inner] around the axis. */
export function reducedExtent(shape: Shape, axis: number): { outer: number; reduced: number; inner: number } {
  return { outer: elements(shape.slice(0, axis)), reduced: shape[axis]!, inner: elements(shape.slice(axis + 1)) };
}

export const reduceOp = defineOp({
  name: 'reduce',
  infer([x], { axis, function: name }: ReduceAttributes) {
    requireF32(name, x!);
    normaliseAxis(name, axis, x!.shape.length);
    return [{ dtype: 'f32', shape: x!.shape.filter((_, i) => i !== axis) }];
  },
  webgpu({ inputs: [x], attributes, input, output, scratch }) {
    const { outer, reduced, inner } = reducedExtent(x!.shape, attributes.axis);
    const factor = attributes.function === 'mean' ? 1 / reduced : 1;
    // Long sums over few outputs are cut into chunks first: one workgroup would otherwise do all the work alone.
    const chunks = reduced > 4096 ? Math.min(256, Math.ceil(reduced / 1024)) : 1;
    const pass = (
      from: 'input' | 'partial',
      to: 'partial' | 'output',
      extent: { reduced: number; chunks: number; factor: number },
    ) => ({
      kernel,
      constants: {
        OUTER: outer,
        REDUCED: extent.reduced,
        INNER: inner,
        CHUNKS: extent.chunks,
        CHUNK: Math.ceil(extent.reduced / extent.chunks),
        FACTOR: { f32: extent.factor },
      },
      bindings: [read(from === 'input' ? input(0) : partial!), write(to === 'output' ? output(0) : partial!)],
      workgroups: grid(outer * inner * extent.chunks),
      flops: outer * inner * extent.reduced,
    });
    const partial = chunks > 1 ? scratch(outer * chunks * inner) : undefined;
    if (chunks === 1) return [pass('input', 'output', { reduced, chunks, factor })];
    return [
      pass('input', 'partial', { reduced, chunks, factor: 1 }),
      pass('partial', 'output', { reduced: chunks, chunks: 1, factor }),
    ];
  },
});

function reduce(name: ReduceAttributes['function'], x: Tensor, axis?: number): Tensor {
  const flat = axis === undefined ? reshape(x, [x.size]) : x;
  const along = axis === undefined ? 0 : normaliseAxis(name, axis, x.shape.length);
  return apply(reduceOp, [flat], { function: name, axis: along })[0]!;
}

/** Sum along `axis` (negative counts from the end), which disappears; over everything, to a scalar, without one. */
export const sum = (x: Tensor, axis?: number): Tensor => reduce('sum', x, axis);
/** Mean along `axis`, which disappears; over everything without one. */
export const mean = (x: Tensor, axis?: number): Tensor => reduce('mean', x, axis);
