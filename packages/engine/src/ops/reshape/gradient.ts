import { gradientRule } from '../gradient.js';
import { reshape } from './reshape.js';

export const reshapeGradient = gradientRule(({ inputs, outputGradients }) => [
  reshape(outputGradients[0]!, inputs[0]!.shape),
]);
