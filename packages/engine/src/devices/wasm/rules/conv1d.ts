import type { BufferRef } from '../../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation } from '../../../ops/activation/activation.js';
import type { Conv1dAttributes } from '../../../ops/conv1d/conv1d.js';
import { type Conv1dExtent, conv1dExtent, conv1dFlops } from '../../../ops/conv1d/extent.js';
import {
  type Conv1dInputGradientAttributes,
  type Conv1dWeightGradientAttributes,
  inputGradientExtent,
  weightGradientExtent,
} from '../../../ops/conv1d/gradient.js';
import { type WasmLowering, type WasmStep, wasmRule } from '../lowering.js';
import { PANEL, TILE_ROWS } from './tile.js';
import { winograd, winogradWeights, worthWinograd } from './winograd.js';

interface Convolution extends Conv1dExtent {
  /** Distance of neighbouring samples of x: above 1 there are zeros between them. */
  readonly dilation: number;
  readonly reversed: boolean;
  readonly x: BufferRef;
  readonly weight: BufferRef;
  readonly bias: BufferRef | undefined;
  readonly y: BufferRef;
  readonly activation: Activation;
  readonly flops: number;
}

function convolution(c: Convolution, { scratch, threads }: Pick<WasmLowering, 'scratch' | 'threads'>): WasmStep[] {
  const steps = c.channelsIn * c.kernel;
  // A row of one phase: every position, what the taps see beyond the last, and the width of a tile.
  const rowLength = c.lengthOut + Math.ceil(c.kernel / c.stride) + PANEL;
  const rowFloats = Math.ceil((c.channelsIn * c.stride * rowLength) / 16) * 16;
  const filters = c.reversed ? scratch(c.channelsOut * steps) : c.weight;
  const taps = scratch(steps);
  const rows = scratch(threads * rowFloats);
  const [weight, turned] = c.reversed ? [c.weight, filters] : [undefined, undefined];
  return [
    {
      kernel: 'prepareFilters',
      parameters: [weight, turned, taps, c.channelsOut, c.channelsIn, c.kernel, c.stride, rowLength],
      solo: true,
    },
    {
      kernel: 'convolve',
      parameters: [
        ...[c.x, filters, taps, c.bias, c.y, rows, rowFloats * 4, c.batch, c.channelsIn, c.lengthIn],
        ...[c.channelsOut, c.lengthOut, c.kernel, c.stride, c.dilation, c.padding, rowLength],
        ACTIVATION_CODES[c.activation],
      ],
      flops: c.flops,
    },
  ];
}

export const conv1dRule = wasmRule<Conv1dAttributes>((lowering) => {
  const { inputs, attributes, input, output } = lowering;
  const extent = conv1dExtent('conv1d', inputs[0]!, inputs[1]!, attributes);
  const operands = { x: input(0), weight: input(1), bias: inputs[2] && input(2), y: output(0) };
  if (worthWinograd(extent)) return winograd(extent, { ...operands, ...attributes, turned: false }, lowering);
  return convolution(
    {
      ...extent,
      dilation: 1,
      reversed: false,
      ...operands,
      activation: attributes.activation,
      flops: conv1dFlops(extent),
    },
    lowering,
  );
});

/** The convolution of dy, its samples `stride` apart, with the weight turned around. */
export const conv1dInputGradientRule = wasmRule<Conv1dInputGradientAttributes>((lowering) => {
  const { inputs, attributes, input, output } = lowering;
  const gradient = inputGradientExtent(inputs[0]!, inputs[1]!, attributes);
  const extent: Conv1dExtent = {
    batch: gradient.batch,
    channelsIn: gradient.channelsOut,
    lengthIn: gradient.lengthOut,
    channelsOut: gradient.channelsIn,
    lengthOut: gradient.lengthIn,
    kernel: gradient.kernel,
    stride: 1,
    padding: gradient.kernel - 1 - gradient.padding,
  };
  const operands = { x: input(0), weight: input(1), bias: undefined, y: output(0), activation: 'none' } as const;
  if (gradient.stride === 1 && worthWinograd(extent)) return winograd(extent, { ...operands, turned: true }, lowering);
  return convolution(
    { ...extent, dilation: gradient.stride, reversed: true, ...operands, flops: conv1dFlops(gradient) },
    lowering,
  );
});

export const conv1dWeightGradientRule = wasmRule<Conv1dWeightGradientAttributes>((lowering) => {
  const { inputs, attributes, input, output, scratch } = lowering;
  const extent = weightGradientExtent(inputs[0]!, inputs[1]!, attributes);
  if (worthWinograd(extent)) {
    const operands = { dy: input(0), x: input(1), dweight: output(0), dbias: output(1) };
    return winogradWeights(extent, operands, lowering);
  }
  const { batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, stride, padding } = extent;
  const positions = (lengthOut - 1) * stride + kernel;
  const tiles = Math.ceil(channelsOut / TILE_ROWS) * Math.ceil((kernel * channelsIn) / PANEL);
  const windows = scratch(batch * positions * channelsIn + PANEL);
  const sums = scratch(tiles * TILE_ROWS * PANEL);
  const parameters = [
    ...[input(0), windows, sums, output(0), output(1), scratch(2 * channelsOut)],
    ...[batch, channelsIn, channelsOut, lengthOut, kernel, stride, positions],
  ];
  return [
    { kernel: 'packWindows', parameters: [input(1), windows, batch, channelsIn, lengthIn, positions, padding] },
    { kernel: 'convolveWeights', parameters, flops: conv1dFlops(extent) },
    { kernel: 'collectWeights', parameters },
  ];
});
