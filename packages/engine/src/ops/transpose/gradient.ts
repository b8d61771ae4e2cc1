import { gradientRule } from '../gradient.js';
import { type TransposeAttributes, transpose } from './transpose.js';

export const transposeGradient = gradientRule<TransposeAttributes>(({ attributes, outputGradients }) => {
  const inverse = attributes.axes.map((_, axis) => attributes.axes.indexOf(axis));
  return [transpose(outputGradients[0]!, inverse)];
});
