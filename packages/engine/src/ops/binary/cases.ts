import { f32, type Shape } from '../../graph/shape.js';
import { apply } from '../../graph/trace.js';
import { awayFrom, type OpCase } from '../../testing/op-case.js';
import { type BinaryFunction, binaryOp } from './binary.js';

const shapes: [Shape, Shape][] = [
  [[1], [1]],
  [[257], [257]],
  [[3, 5, 7], [7]],
  [
    [2, 1, 5],
    [4, 1],
  ],
  [
    [2, 3, 4, 5],
    [3, 1, 1],
  ],
  [[300, 250], []],
];
const functions: BinaryFunction[] = ['add', 'subtract', 'multiply', 'divide'];

export const binaryCases: readonly OpCase[] = functions.flatMap((name) =>
  shapes.map(
    ([a, b]): OpCase => ({
      name: `${name} [${a}] with [${b}]`,
      inputs: { a: { type: f32(...a) }, b: { type: f32(...b), values: awayFrom(0, 0.3) } },
      build: (tensors) => ({ y: apply(binaryOp, [tensors['a']!, tensors['b']!], { function: name })[0]! }),
      // Division may be off by 2.5 units in WGSL.
      tolerance: { terms: 8, scale: 'output' },
      // A broadcast operand's gradient is a sum over what it was stretched to.
      gradients: { terms: 600, scale: 'largest' },
    }),
  ),
);
