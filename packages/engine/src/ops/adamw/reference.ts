import { reference } from '../reference.js';
import type { AdamwAttributes } from './adamw.js';

/** AdamW (Loshchilov & Hutter 2019, algorithm 2), with the gradient clipped by its global norm first. */
export const adamwReference = reference<AdamwAttributes>(({ inputs, outputs, attributes }) => {
  const { beta1, beta2, epsilon, weightDecay, maxNorm } = attributes;
  const [weights, first, second] = [outputs[0]!, outputs[1]!, outputs[2]!];
  const [gradient, control] = [inputs[1]!, inputs[4]!];
  const [learningRate, step, norm] = [inputs[5]![0]!, inputs[6]![0]!, inputs[7]![0]!];
  const clip = Math.min(1, maxNorm / (norm + 1e-6));
  const correction1 = -Math.expm1(step * Math.log(beta1));
  const correction2 = -Math.expm1(step * Math.log(beta2));
  for (let i = 0; i < weights.length; i++) {
    const rate = learningRate * control[2 * i]!;
    const g = gradient[i]! * clip;
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    const decayed = weights[i]! * (1 - rate * weightDecay * control[2 * i + 1]!);
    weights[i] = decayed - (rate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
  }
});
