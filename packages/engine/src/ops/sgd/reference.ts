import { reference } from '../reference.js';
import type { SgdAttributes } from './sgd.js';

/** SGD with momentum (PyTorch's form), the gradient clipped by its global norm first. */
export const sgdReference = reference<SgdAttributes>(({ inputs, outputs, attributes }) => {
  const { momentum, weightDecay, maxNorm } = attributes;
  const [weights, velocity] = [outputs[0]!, outputs[1]!];
  const [gradient, control] = [inputs[1]!, inputs[3]!];
  const [learningRate, norm] = [inputs[4]![0]!, inputs[5]![0]!];
  const clip = Math.min(1, maxNorm / (norm + 1e-6));
  for (let i = 0; i < weights.length; i++) {
    velocity[i] = momentum * velocity[i]! + gradient[i]! * clip + weightDecay * control[2 * i + 1]! * weights[i]!;
    weights[i]! -= learningRate * control[2 * i]! * velocity[i]!;
  }
});
