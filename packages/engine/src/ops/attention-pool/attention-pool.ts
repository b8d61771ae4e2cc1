import { shapeError } from '../../errors.js';
import { grid, type KernelStep, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import { ROW_REDUCE_BYTES, rowReduceSource } from '../softmax/row-reduce.js';
import forwardWgsl from './forward.wgsl';

const kernel = { name: 'attention pool', source: rowReduceSource + forwardWgsl };

export interface AttentionExtent {
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly attention: number;
}

export function attentionExtent(values: TensorType, keys: TensorType, query: TensorType): AttentionExtent {
  const [batch, steps, features] = values.shape;
  const attention = keys.shape[2];
  const fits =
    values.shape.length === 3 &&
    keys.shape.length === 3 &&
    keys.shape[0] === batch &&
    keys.shape[1] === steps &&
    query.shape.length === 1 &&
    query.shape[0] === attention;
  if (!fits) {
    throw shapeError(
      'attentionPool',
      `needs values [batch, steps, features], keys [batch, steps, attention] and query [attention]; got ${showShape(values.shape)}, ${showShape(keys.shape)} and ${showShape(query.shape)}`,
    );
  }
  return { batch: batch!, steps: steps!, features: features!, attention: attention! };
}

/** Prelude, grid and needs that both kernels have: a workgroup of 64 for each sequence, whose scores it keeps at hand. */
export function sequenceDispatch({
  batch,
  steps,
  features,
  attention,
}: AttentionExtent): Pick<KernelStep, 'constants' | 'workgroups' | 'requires'> {
  return {
    constants: { BATCH: batch, STEPS: steps, FEATURES: features, ATTENTION: attention, LANES: 64 },
    workgroups: grid(batch),
    requires: { workgroupBytes: ROW_REDUCE_BYTES + steps * 4 },
  };
}

export const attentionPoolOp = defineOp({
  name: 'attentionPool',
  infer([values, keys, query], _attributes: object) {
    for (const tensor of [values!, keys!, query!]) requireF32('attentionPool', tensor);
    const { batch, steps, features } = attentionExtent(values!, keys!, query!);
    return [
      { dtype: 'f32', shape: [batch, features] },
      { dtype: 'f32', shape: [batch, steps] },
    ];
  },
  webgpu({ inputs: [values, keys, query], input, output }) {
    const extent = attentionExtent(values!, keys!, query!);
    const { batch, steps, features, attention } = extent;
    return [
      {
        kernel,
        ...sequenceDispatch(extent),
        bindings: [read(input(0)), read(input(1)), read(input(2)), write(output(0)), write(output(1))],
        flops: batch * steps * (2 * attention + 2 * features + 4),
      },
    ];
  },
});

/**
 * Attention pooling over time (Bahdanau et al. 2015, with keys already computed): weights = softmax over the steps of
 * keys·query, context = Σ weights·values. values [batch, steps, features], keys [batch, steps, attention], query
 * [attention] → context [batch, features], weights [batch, steps]. Both may take part in a loss. On WebGPU up to about
 * 4000 steps, beyond LIMIT_EXCEEDED. Throws SHAPE_MISMATCH.
 */
export function attentionPool(values: Tensor, keys: Tensor, query: Tensor): { context: Tensor; weights: Tensor } {
  const [context, weights] = apply(attentionPoolOp, [values, keys, query], {});
  return { context: context!, weights: weights! };
}
