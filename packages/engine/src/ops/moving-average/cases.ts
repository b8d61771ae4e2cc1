import { f32 } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { movingAverage } from './moving-average.js';

export const movingAverageCases: readonly OpCase[] = [1, 257, 70_001].map((size) => ({
  name: `moving average [${size}]`,
  inputs: { value: { type: f32(size) }, decay: { type: { dtype: 'f32', shape: [] }, values: () => 0.99 } },
  state: { average: { type: f32(size) } },
  build: ({ average, value, decay }) => ({ average: movingAverage(average!, value!, decay!) }),
  tolerance: { terms: 6, scale: 'largest' },
  gradients: { skip: 'keeps a record of the weights; nothing is differentiated through it' },
}));
