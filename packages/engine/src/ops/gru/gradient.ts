import { gradientRule } from '../gradient.js';
import { gruExtent } from './recurrence.js';
import { gruRecurrenceDerivative } from './recurrence-gradient.js';
import { gruWeightDerivative } from './weight-gradient.js';

/** The loss reaches the states only; the saved gates serve this rule and are not given out. */
export const gruRecurrenceGradient = gradientRule(({ inputs, outputs, outputGradients, needs }) => {
  const [projected, recurrentWeight] = [inputs[0]!, inputs[1]!];
  const [output, gates] = [outputs[0]!, outputs[1]!];
  const extent = gruExtent(projected, recurrentWeight);
  const slopes = gruRecurrenceDerivative({ doutput: outputGradients[0]!, recurrentWeight, output, gates }, extent);
  if (!needs[1] && !needs[2]) return [slopes.projected];
  const { weight, bias } = gruWeightDerivative(slopes, output, extent);
  return [slopes.projected, weight, bias];
});
