import { reference } from '../reference.js';
import type { FillAttributes } from './fill.js';

export const fillReference = reference<FillAttributes>(({ outputs, attributes }) => {
  outputs[0]!.fill(attributes.value);
});
