import { f32 } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { add } from '../binary/binary.js';
import { fill } from './fill.js';

export const fillCases: readonly OpCase[] = [1, 257, 70_001].map(
  (size): OpCase => ({
    name: `fill [${size}]`,
    inputs: { x: { type: f32(size) } },
    build: ({ x }) => ({ y: add(x!, fill([size], 0.1)), constant: fill([size], -3) }),
    tolerance: { terms: 4, scale: 'absolute' },
    gradients: { terms: 8, scale: 'largest' },
  }),
);
