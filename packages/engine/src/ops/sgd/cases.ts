import { f32, type TensorType } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { sgdUpdate } from './sgd.js';

const scalarType: TensorType = { dtype: 'f32', shape: [] };

const sgdCase = (size: number, momentum: number, maxNorm: number): OpCase => ({
  name: `sgd [${size}], momentum ${momentum}, clipped to ${maxNorm}`,
  inputs: {
    gradient: { type: f32(size) },
    control: { type: f32(size, 2), values: (_, index) => [1, 1, 0, 1, 0.5, 0][index % 6]! },
    learningRate: { type: scalarType, values: () => 0.1 },
    norm: { type: scalarType, values: () => Math.sqrt(size) },
  },
  state: { weights: { type: f32(size) }, velocity: { type: f32(size) } },
  build: ({ weights, velocity, gradient, control, learningRate, norm }) => ({
    weights: sgdUpdate(
      {
        weights: weights!,
        gradient: gradient!,
        velocity: velocity!,
        control: control!,
        learningRate: learningRate!,
        norm: norm!,
      },
      { momentum, weightDecay: 1e-2, maxNorm },
    ),
  }),
  tolerance: { terms: 12, scale: 'largest' },
  gradients: { skip: 'the end of a training step; nothing is differentiated through it' },
});

export const sgdCases: readonly OpCase[] = [
  sgdCase(1, 0, Number.POSITIVE_INFINITY),
  sgdCase(257, 0.9, 2),
  sgdCase(70_001, 0.9, 1),
];
