import { apply } from '../../graph/trace.js';
import { gradientRule } from '../gradient.js';
import { type DropoutAttributes, dropoutOp } from './dropout.js';

/** dx = dy · mask / (1 − probability), with the mask drawn again rather than kept. */
export const dropoutGradient = gradientRule<DropoutAttributes>(({ inputs, attributes, outputGradients }) => [
  apply(dropoutOp, [outputGradients[0]!, inputs[1]!, inputs[2]!], attributes)[0]!,
]);
