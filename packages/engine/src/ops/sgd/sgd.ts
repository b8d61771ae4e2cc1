import { shapeError } from '../../errors.js';
import { grid, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { elements, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32, requireNumber, requireUpdate } from '../require.js';
import sgdWgsl from './sgd.wgsl';

export interface SgdAttributes {
  readonly momentum: number;
  readonly weightDecay: number;
  readonly maxNorm: number;
}

const kernel = { name: 'sgd', source: sgdWgsl };

/** Inputs: weights, gradient, velocity, control, learning rate, gradient norm. */
export const sgdOp = defineOp({
  name: 'sgd',
  inPlace: [
    [0, 0],
    [1, 2],
  ],
  infer([weights, gradient, velocity, control, learningRate, norm], { momentum, weightDecay, maxNorm }: SgdAttributes) {
    requireNumber('sgd', 'momentum', momentum, momentum >= 0 && momentum < 3.4e38, 'finite in f32 and 0 or more');
    requireUpdate('sgd', weightDecay, maxNorm);
    const length = elements(weights!.shape);
    for (const [name, tensor, wanted] of [
      ['gradient', gradient!, length],
      ['velocity', velocity!, length],
      ['control', control!, 2 * length],
      ['learning rate', learningRate!, 1],
      ['gradient norm', norm!, 1],
    ] as const) {
      requireF32('sgd', tensor);
      if (elements(tensor.shape) !== wanted) {
        throw shapeError(
          'sgd',
          `${name} must have ${wanted} values to match weights ${showShape(weights!.shape)}; got ${showShape(tensor.shape)}`,
        );
      }
    }
    return [weights!, velocity!];
  },
  webgpu({ inputs: [weights], attributes, input, output }) {
    const COUNT = elements(weights!.shape);
    return [
      {
        kernel,
        constants: {
          COUNT,
          MOMENTUM: { f32: attributes.momentum },
          WEIGHT_DECAY: { f32: attributes.weightDecay },
          MAX_NORM: { f32: Math.min(attributes.maxNorm, 3e38) },
        },
        bindings: [read(input(1)), read(input(3)), read(input(4)), read(input(5)), write(output(0)), write(output(1))],
        workgroups: grid(Math.ceil(COUNT / 64)),
        flops: 6 * COUNT,
      },
    ];
  },
});

export interface SgdInputs {
  readonly weights: Tensor;
  readonly gradient: Tensor;
  readonly velocity: Tensor;
  /** [n, 2]: for each weight a factor on the learning rate and one on the weight decay. */
  readonly control: Tensor;
  readonly learningRate: Tensor;
  readonly norm: Tensor;
}

/**
 * Stochastic gradient descent with momentum in PyTorch's form, in place, in one dispatch:
 * g ← g·min(1, maxNorm/(norm + 1e-6)) + decay·w; u ← momentum·u + g; w ← w − lr·u. Gives the new weights.
 * Throws INVALID_ARGUMENT for attributes out of range, SHAPE_MISMATCH, DTYPE_MISMATCH.
 */
export function sgdUpdate(inputs: SgdInputs, attributes: SgdAttributes): Tensor {
  const { weights, gradient, velocity, control, learningRate, norm } = inputs;
  return apply(sgdOp, [weights, gradient, velocity, control, learningRate, norm], attributes)[0]!;
}
