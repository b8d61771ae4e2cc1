import type { PackAttributes } from '../../graph/pack-layout.js';
import { reference } from '../reference.js';

export const packReference = reference<PackAttributes>(({ inputs, outputs, attributes }) => {
  for (const [index, input] of inputs.entries()) outputs[0]!.set(input, attributes.offsets[index]);
});
