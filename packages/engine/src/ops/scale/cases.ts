import { f32 } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { scale } from './scale.js';

export const scaleCases: readonly OpCase[] = [1, 256, 70_001].map(
  (size): OpCase => ({
    name: `scale [${size}] by -2.5`,
    inputs: { x: { type: f32(size) } },
    build: ({ x }) => ({ y: scale(x!, -2.5) }),
    tolerance: { terms: 2, scale: 'output' },
  }),
);
