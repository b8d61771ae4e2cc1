import { gradientRule } from '../gradient.js';
import { type ScaleAttributes, scale } from './scale.js';

export const scaleGradient = gradientRule<ScaleAttributes>(({ outputGradients, attributes }) => [
  scale(outputGradients[0]!, attributes.factor),
]);
