import type { PackAttributes } from '../../../graph/pack-layout.js';
import { elements } from '../../../graph/shape.js';
import type { FillAttributes } from '../../../ops/fill/fill.js';
import type { ScaleAttributes } from '../../../ops/scale/scale.js';
import { UNARY_CODES, type UnaryAttributes } from '../../../ops/unary/unary.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const unaryRule = wasmRule<UnaryAttributes>(({ inputs, attributes, input, output }) => {
  const count = elements(inputs[0]!.shape);
  const code = UNARY_CODES[attributes.function];
  return [
    { kernel: 'unary', parameters: [input(0), output(0), count, code], solo: tooSmallToShare(count), flops: count },
  ];
});

export const unaryGradientRule = wasmRule<UnaryAttributes>(({ inputs, attributes, input, output }) => {
  const count = elements(inputs[0]!.shape);
  const code = UNARY_CODES[attributes.function];
  return [
    {
      kernel: 'unaryGradient',
      parameters: [input(0), input(1), output(0), count, code],
      solo: tooSmallToShare(count),
      flops: 4 * count,
    },
  ];
});

export const scaleRule = wasmRule<ScaleAttributes>(({ inputs, attributes, input, output }) => {
  const count = elements(inputs[0]!.shape);
  return [
    {
      kernel: 'scale',
      parameters: [input(0), output(0), count, { f32: attributes.factor }],
      solo: tooSmallToShare(count),
      flops: count,
    },
  ];
});

export const fillRule = wasmRule<FillAttributes>(({ attributes, output }) => {
  const count = elements(attributes.shape);
  return [{ kernel: 'fill', parameters: [output(0), count, { f32: attributes.value }], solo: tooSmallToShare(count) }];
});

/** One copy an input; the executable leaves out those that were computed in place. */
export const packRule = wasmRule<PackAttributes>(({ inputs, attributes, input, output }) =>
  inputs.map(({ shape }, index) => {
    const count = elements(shape);
    return {
      kernel: 'copy',
      parameters: [input(index), output(0), count, attributes.offsets[index]!],
      solo: tooSmallToShare(count),
    };
  }),
);
