import { shapeError } from '../../errors.js';
import { type BufferRef, grid, type KernelStep, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { sameShape, showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { activationSource } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import { transposeOp } from '../transpose/transpose.js';
import { blockRecurrence, blocksForward } from './blocks.js';
import forwardWgsl from './forward.wgsl';
import { choosePlacement, GRU_PLACEMENTS } from './placement.js';

export interface GruExtent {
  readonly batch: number;
  readonly steps: number;
  readonly directions: number;
  readonly hidden: number;
}

/** Sizes of a recurrence from projected [batch, steps, directions·3·hidden] and weight [directions, 3·hidden, hidden]. */
export function gruExtent(projected: TensorType, recurrentWeight: TensorType): GruExtent {
  const [directions, gates, hidden] = recurrentWeight.shape;
  if (recurrentWeight.shape.length !== 3 || gates !== 3 * hidden! || (directions !== 1 && directions !== 2)) {
    throw shapeError(
      'gru',
      `recurrentWeight must be [directions, 3·hidden, hidden] with 1 or 2 directions; got ${showShape(recurrentWeight.shape)}`,
    );
  }
  const [batch, steps, width] = projected.shape;
  if (projected.shape.length !== 3 || width !== directions * gates) {
    throw shapeError(
      'gru',
      `projected must be [batch, steps, ${directions * gates}] to match recurrentWeight ${showShape(recurrentWeight.shape)}; got ${showShape(projected.shape)}`,
    );
  }
  return { batch: batch!, steps: steps!, directions, hidden: hidden! };
}

/** Dispatch of a recurrence kernel: workgroups of one thread a unit, `rows` rows of the batch each. */
export function recurrenceStep(
  name: string,
  source: string,
  { batch, steps, directions, hidden }: GruExtent,
  { placement, rows, workgroupBytes, backward }: ReturnType<typeof choosePlacement> & { backward: boolean },
  bindings: KernelStep['bindings'],
): KernelStep {
  return {
    kernel: {
      name: `${name}, weights ${placement}`,
      source: async () => activationSource + (await GRU_PLACEMENTS[placement]()) + source,
    },
    constants: {
      BATCH: batch,
      STEPS: steps,
      DIRECTIONS: directions,
      HIDDEN: hidden,
      ROWS: rows,
      BACKWARD: backward,
      ACTIVATION: 0,
    },
    bindings,
    workgroups: grid(Math.ceil(batch / rows) * directions),
    requires: { invocations: hidden, workgroupBytes },
    flops: 6 * hidden * hidden * batch * steps * directions,
  };
}

/** Outputs the states and, for the backward pass, [batch, steps, directions, hidden, 4] of r, z, n and U·h + b of n. */
export const gruRecurrenceOp = defineOp({
  name: 'gruRecurrence',
  infer([projected, recurrentWeight, recurrentBias], _attributes: object) {
    for (const tensor of [projected!, recurrentWeight!, recurrentBias!]) requireF32('gru', tensor);
    const { batch, steps, directions, hidden } = gruExtent(projected!, recurrentWeight!);
    if (!sameShape(recurrentBias!.shape, [directions, 3 * hidden])) {
      throw shapeError(
        'gru',
        `recurrentBias must be ${showShape([directions, 3 * hidden])} to match recurrentWeight ${showShape(recurrentWeight!.shape)}; got ${showShape(recurrentBias!.shape)}`,
      );
    }
    return [
      { dtype: 'f32', shape: [batch, steps, directions * hidden] },
      { dtype: 'f32', shape: [batch, steps, directions, hidden, 4] },
    ];
  },
  webgpu(lowering) {
    const { inputs, input, output, scratch, variants, limits } = lowering;
    const extent = gruExtent(inputs[0]!, inputs[1]!);
    const { directions, hidden } = extent;
    const bindings = (weight: BufferRef) => [
      ...[input(0), weight, input(2)].map(read),
      ...[output(0), output(1)].map(write),
    ];
    const inBlocks = blockRecurrence(blocksForward, extent, bindings(input(1)), variants);
    if (inBlocks) return [inBlocks];
    const choice = choosePlacement({ ...extent, exchanged: 1 }, variants, limits);
    const recurrence = (weight: BufferRef) =>
      recurrenceStep('gru forward', forwardWgsl, extent, { ...choice, backward: false }, bindings(weight));
    if (choice.placement !== 'storage') return [recurrence(input(1))];
    const transposed = scratch(directions * 3 * hidden * hidden);
    const shape = [directions * 3, hidden, hidden];
    const transpose = transposeOp.webgpu({
      ...lowering,
      inputs: [{ dtype: 'f32', shape }],
      outputs: [{ dtype: 'f32', shape }],
      attributes: { axes: [0, 2, 1] },
      input: () => input(1),
      output: () => transposed,
    });
    return [...transpose, recurrence(transposed)];
  },
});

/**
 * The recurrent part of a GRU over x already projected (W·x + b of the gates r, z, n): projected
 * [batch, steps, directions·3·hidden], recurrentWeight [directions, 3·hidden, hidden], recurrentBias
 * [directions, 3·hidden] → states [batch, steps, directions·hidden]. Throws SHAPE_MISMATCH.
 */
export function gruRecurrence(projected: Tensor, recurrentWeight: Tensor, recurrentBias: Tensor): Tensor {
  return apply(gruRecurrenceOp, [projected, recurrentWeight, recurrentBias], {})[0]!;
}
