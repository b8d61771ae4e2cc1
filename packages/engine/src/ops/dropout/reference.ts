import { threefry } from '../../random/threefry.js';
import { reference } from '../reference.js';
import { type DropoutAttributes, dropThreshold } from './dropout.js';

/** yᵢ = xᵢ/(1 − p) where the random number of element i is at least p, else 0·xᵢ. */
export const dropoutReference = reference<DropoutAttributes>(({ inputs, outputs, attributes }) => {
  const [x, seed, step, y] = [inputs[0]!, inputs[1]![0]!, inputs[2]![0]!, outputs[0]!];
  const threshold = dropThreshold(attributes.probability);
  const factor = 1 / (1 - attributes.probability);
  for (let i = 0; i < x.length; i++) {
    const [bits] = threefry(seed, attributes.stream, i, step);
    y[i] = x[i]! * (bits >>> 8 >= threshold ? factor : 0);
  }
});
