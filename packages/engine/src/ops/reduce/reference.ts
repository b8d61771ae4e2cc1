import { reference } from '../reference.js';
import { type ReduceAttributes, reducedExtent } from './reduce.js';

export const reduceReference = reference<ReduceAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  const { outer, reduced, inner } = reducedExtent(inputTypes[0]!.shape, attributes.axis);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = 0;
      for (let r = 0; r < reduced; r++) total += x[(o * reduced + r) * inner + i]!;
      y[o * inner + i] = attributes.function === 'mean' ? total / reduced : total;
    }
  }
});
