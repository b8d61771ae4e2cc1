import { reference } from '../reference.js';
import type { ScaleAttributes } from './scale.js';

/** y = factor · x. */
export const scaleReference = reference<ScaleAttributes>(({ inputs, outputs, attributes }) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  for (let i = 0; i < x.length; i++) y[i] = attributes.factor * x[i]!;
});
