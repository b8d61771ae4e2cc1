import type { BufferRef } from '../../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation } from '../../../ops/activation/activation.js';
import type { Conv1dAttributes } from '../../../ops/conv1d/conv1d.js';
import { conv1dExtent, conv1dFlops } from '../../../ops/conv1d/extent.js';
import {
  type Conv1dInputGradientAttributes,
  type Conv1dWeightGradientAttributes,
  inputGradientExtent,
  weightGradientExtent,
} from '../../../ops/conv1d/gradient.js';
import { type WasmLowering, type WasmStep, wasmRule } from '../lowering.js';
import { PANEL, TILE_ROWS } from './tile.js';
import { winograd, worthWinograd } from './winograd.js';

interface Convolution {
  readonly batch: number;
  readonly channelsIn: number;
  readonly lengthIn: number;
  readonly channelsOut: number;
  readonly lengthOut: number;
  readonly kernel: number;
  readonly stride: number;
  /** Distance of neighbouring samples of x: above 1 there are zeros between them. */
  readonly dilation: number;
  readonly padding: number;
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
  if (worthWinograd(extent, lowering)) return winograd(extent, { ...operands, ...attributes }, lowering);
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
  const extent = inputGradientExtent(inputs[0]!, inputs[1]!, attributes);
  return convolution(
    {
      batch: extent.batch,
      channelsIn: extent.channelsOut,
      lengthIn: extent.lengthOut,
      channelsOut: extent.channelsIn,
      lengthOut: extent.lengthIn,
      kernel: extent.kernel,
      stride: 1,
      dilation: extent.stride,
      padding: extent.kernel - 1 - extent.padding,
      reversed: true,
      x: input(0),
      weight: input(1),
      bias: undefined,
      y: output(0),
      activation: 'none',
      flops: conv1dFlops(extent),
    },
    lowering,
  );
});

export const conv1dWeightGradientRule = wasmRule<Conv1dWeightGradientAttributes>(
  ({ inputs, attributes, input, output, scratch }) => {
    const extent = weightGradientExtent(inputs[0]!, inputs[1]!, attributes);
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
  },
);
