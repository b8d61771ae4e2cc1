import { f32, type TensorType, u32 } from '../../graph/shape.js';
import { type OpCase, uniform } from '../../testing/op-case.js';
import { adamwUpdate } from './adamw.js';

const scalarType: TensorType = { dtype: 'f32', shape: [] };

const adamwCase = (size: number, step: number, maxNorm: number, beta1 = 0.9): OpCase => ({
  name: `adamw [${size}] at step ${step}, clipped to ${maxNorm}, β₁ ${beta1}`,
  inputs: {
    gradient: { type: f32(size) },
    control: { type: f32(size, 2), values: (_, index) => [1, 1, 0, 1, 0.5, 0][index % 6]! },
    learningRate: { type: scalarType, values: () => 1e-3 },
    step: { type: u32(), values: () => step },
    norm: { type: scalarType, values: () => Math.sqrt(size) },
  },
  state: {
    weights: { type: f32(size) },
    first: { type: f32(size), values: uniform(-0.1, 0.1) },
    second: { type: f32(size), values: uniform(0.01, 0.1) },
  },
  build: ({ weights, first, second, gradient, control, learningRate, step: t, norm }) => ({
    weights: adamwUpdate(
      {
        weights: weights!,
        gradient: gradient!,
        firstMoment: first!,
        secondMoment: second!,
        control: control!,
        learningRate: learningRate!,
        step: t!,
        norm: norm!,
      },
      { beta1, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-2, maxNorm },
    ),
  }),
  tolerance: { terms: 24, scale: 'largest' },
  gradients: { skip: 'the end of a training step; nothing is differentiated through it' },
});

export const adamwCases: readonly OpCase[] = [
  adamwCase(1, 1, Number.POSITIVE_INFINITY),
  adamwCase(257, 1, 2),
  adamwCase(1000, 3, 2),
  adamwCase(130, 2, 2, 0),
  adamwCase(70_001, 5000, 0.5),
];
