import { f32 } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { scale } from '../scale/scale.js';
import { reshape } from './reshape.js';

export const reshapeCases: readonly OpCase[] = [
  {
    name: 'reshape of an input and of a result',
    inputs: { x: { type: f32(4, 6) } },
    build: ({ x }) => ({ y: scale(reshape(x!, [3, 8]), 2), z: reshape(scale(x!, 3), [24]) }),
    tolerance: { terms: 2, scale: 'output' },
  },
];
