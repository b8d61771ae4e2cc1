import { f32 } from '../../graph/shape.js';
import type { OpCase } from '../../testing/op-case.js';
import { scale } from '../scale/scale.js';
import { pack } from './pack.js';

export const packCases: readonly OpCase[] = [
  {
    name: 'pack of results computed in place, of a shared result and of an input',
    inputs: { x: { type: f32(10) }, z: { type: f32(3) } },
    build: ({ x, z }) => {
      const shared = scale(x!, 3);
      return { y: pack([scale(x!, 2), shared, z!], { offsets: [0, 64, 128], length: 192 }), shared };
    },
    tolerance: { terms: 2, scale: 'output' },
    gradients: { skip: 'gradients are what is packed' },
  },
];
