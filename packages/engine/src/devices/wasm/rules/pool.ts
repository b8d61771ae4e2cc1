import type { BufferRef } from '../../../graph/lowering.js';
import { type PoolAttributes, type PoolExtent, poolExtent } from '../../../ops/pool/extent.js';
import { type AveragePoolGradientAttributes, averageGradientExtent } from '../../../ops/pool/gradient.js';
import { tooSmallToShare, type WasmStep, wasmRule } from '../lowering.js';

function pooling(
  kernel: string,
  { rows, lengthIn, lengthOut, kernel: width, stride, padding }: PoolExtent,
  { x, y, dx }: { x?: BufferRef; y: BufferRef; dx?: BufferRef },
): WasmStep[] {
  return [
    {
      kernel,
      parameters: [x, y, dx, rows, lengthIn, lengthOut, width, stride, padding],
      solo: tooSmallToShare(rows * lengthIn),
      flops: rows * lengthOut * width,
    },
  ];
}

export const maxPoolRule = wasmRule<PoolAttributes>(({ inputs, attributes, input, output }) =>
  pooling('maxPool', poolExtent('pool', inputs[0]!, attributes), { x: input(0), y: output(0) }),
);

export const averagePoolRule = wasmRule<PoolAttributes>(({ inputs, attributes, input, output }) =>
  pooling('averagePool', poolExtent('pool', inputs[0]!, attributes), { x: input(0), y: output(0) }),
);

export const maxPoolGradientRule = wasmRule<PoolAttributes>(({ inputs, attributes, input, output }) =>
  pooling('maxPoolGradient', poolExtent('pool', inputs[1]!, attributes), { x: input(1), y: input(0), dx: output(0) }),
);

export const averagePoolGradientRule = wasmRule<AveragePoolGradientAttributes>(
  ({ inputs, attributes, input, output }) =>
    pooling('averagePoolGradient', averageGradientExtent(inputs[0]!, attributes), { y: input(0), dx: output(0) }),
);
