import { reference } from '../reference.js';

/** average ← average + (1 − decay)·(value − average). */
export const movingAverageReference = reference(({ inputs, outputs }) => {
  const [value, decay, average] = [inputs[1]!, inputs[2]![0]!, outputs[0]!];
  for (let i = 0; i < average.length; i++) average[i]! += (1 - decay) * (value[i]! - average[i]!);
});
