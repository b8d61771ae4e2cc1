import { shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { isPositiveF32, requireDtype, requireF32, requireNumber, requireUpdate } from '../require.js';
import adamwWgsl from './adamw.wgsl';

export interface AdamwAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm; Infinity leaves them. */
  readonly maxNorm: number;
}

const kernel = { name: 'adamw', source: adamwWgsl };

/** Inputs: weights, gradient, first moment, second moment, control, learning rate, step, gradient norm. */
export const adamwOp = defineOp({
  name: 'adamw',
  inPlace: [
    [0, 0],
    [1, 2],
    [2, 3],
  ],
  infer(
    [weights, gradient, first, second, control, learningRate, step, norm],
    { beta1, beta2, epsilon, weightDecay, maxNorm }: AdamwAttributes,
  ) {
    for (const [name, beta] of Object.entries({ beta1, beta2 })) {
      requireNumber('adamw', name, beta, beta >= 0 && beta < 1, 'at least 0 and below 1');
    }
    requireNumber('adamw', 'epsilon', epsilon, isPositiveF32(epsilon), 'a positive f32');
    requireUpdate('adamw', weightDecay, maxNorm);
    const length = elements(weights!.shape);
    for (const [name, tensor, wanted] of [
      ['gradient', gradient!, length],
      ['first moment', first!, length],
      ['second moment', second!, length],
      ['control', control!, 2 * length],
      ['learning rate', learningRate!, 1],
      ['gradient norm', norm!, 1],
    ] as const) {
      requireF32('adamw', tensor);
      if (elements(tensor.shape) !== wanted) {
        throw shapeError(
          'adamw',
          `${name} must have ${wanted} values to match weights ${showShape(weights!.shape)}; got ${showShape(tensor.shape)}`,
        );
      }
    }
    requireDtype('adamw', step!, 'u32');
    return [weights!, first!, second!];
  },
  webgpu({ inputs: [weights], attributes, input, output }) {
    const { beta1, beta2, epsilon, weightDecay, maxNorm } = attributes;
    const COUNT = elements(weights!.shape);
    return [
      {
        kernel,
        constants: {
          COUNT,
          BETA_1: { f32: beta1 },
          BETA_2: { f32: beta2 },
          ONE_MINUS_BETA_1: { f32: 1 - beta1 },
          ONE_MINUS_BETA_2: { f32: 1 - beta2 },
          // Of 0 it is −∞, for which WGSL has no literal; 1 − e⁻¹⁰⁰ is 1 too.
          LOG_BETA_1: { f32: Math.max(-100, Math.log(beta1)) },
          LOG_BETA_2: { f32: Math.max(-100, Math.log(beta2)) },
          EPSILON: { f32: epsilon },
          WEIGHT_DECAY: { f32: weightDecay },
          // WGSL has no literal for infinity.
          MAX_NORM: { f32: Math.min(maxNorm, 3e38) },
        },
        bindings: [
          read(input(1)),
          read(input(4)),
          read(input(5)),
          read(input(6)),
          read(input(7)),
          write(output(0)),
          write(output(1)),
          write(output(2)),
        ],
        workgroups: grid(Math.ceil(COUNT / 64)),
        flops: 16 * COUNT,
      },
    ];
  },
});

export interface AdamwInputs {
  readonly weights: Tensor;
  readonly gradient: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
  /** [n, 2]: for each weight a factor on the learning rate (0 freezes it) and one on the weight decay. */
  readonly control: Tensor;
  readonly learningRate: Tensor;
  /** u32, 1 in the first step. */
  readonly step: Tensor;
  /** Norm of the whole gradient, for clipping. */
  readonly norm: Tensor;
}

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) over flat memories, in place, in one dispatch:
 * g ← g·min(1, maxNorm/(norm + 1e-6)); w ← w − lr·decay·w; m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²;
 * w ← w − lr·m̂/(√v̂ + ε). Gives the new weights.
 * Throws INVALID_ARGUMENT for attributes out of range, SHAPE_MISMATCH, DTYPE_MISMATCH.
 */
export function adamwUpdate(inputs: AdamwInputs, attributes: AdamwAttributes): Tensor {
  const { weights, gradient, firstMoment, secondMoment, control, learningRate, step, norm } = inputs;
  return apply(
    adamwOp,
    [weights, gradient, firstMoment, secondMoment, control, learningRate, step, norm],
    attributes,
  )[0]!;
}
