import { elements } from '../../../graph/shape.js';
import type { ConcatAttributes } from '../../../ops/concat/concat.js';
import { axisExtent } from '../../../ops/concat/copy-rows.js';
import type { SliceAttributes } from '../../../ops/concat/slice.js';
import type { GatherGradientAttributes } from '../../../ops/gather/gradient.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

export const concatRule = wasmRule<ConcatAttributes>(({ inputs, outputs, attributes: { axis }, input, output }) => {
  const { outer, size, inner } = axisExtent(outputs[0]!.shape, axis);
  let offset = 0;
  return inputs.map(({ shape }, index) => {
    const width = shape[axis]! * inner;
    const parameters = [input(index), width, 0, output(0), size * inner, offset, outer, width];
    offset += width;
    return { kernel: 'copyRows', parameters, solo: tooSmallToShare(outer * width) };
  });
});

export const sliceRule = wasmRule<SliceAttributes>(({ inputs, attributes: { axis, from, to }, input, output }) => {
  const { outer, size, inner } = axisExtent(inputs[0]!.shape, axis);
  const width = (to - from) * inner;
  const parameters = [input(0), size * inner, from * inner, output(0), width, 0, outer, width];
  return [{ kernel: 'copyRows', parameters, solo: tooSmallToShare(outer * width) }];
});

/** What a row is made of whose index is no row: a quiet NaN, or −1, as bits. */
const MISSING = { f32: 0x7fc0_0000, i32: -1 } as const;

export const gatherRule = wasmRule(({ inputs, outputs, input, output }) => {
  const [table, index] = [inputs[0]!, inputs[1]!];
  const width = elements(table.shape.slice(1));
  const missing = MISSING[table.dtype === 'i32' ? 'i32' : 'f32'];
  return [
    {
      kernel: 'gather',
      parameters: [input(0), input(1), output(0), table.shape[0]!, width, elements(index.shape), missing],
      solo: tooSmallToShare(elements(outputs[0]!.shape)),
    },
  ];
});

export const gatherGradientRule = wasmRule<GatherGradientAttributes>(({ inputs, attributes, input, output }) => {
  const [dy, index] = [inputs[0]!, inputs[1]!];
  const rows = attributes.shape[0]!;
  const width = elements(attributes.shape.slice(1));
  return [
    {
      kernel: 'gatherGradient',
      parameters: [input(0), input(1), output(0), rows, width, elements(index.shape)],
      solo: tooSmallToShare(elements(dy.shape) + rows * width),
      flops: elements(dy.shape),
    },
  ];
});
