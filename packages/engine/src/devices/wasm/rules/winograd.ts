import type { BufferRef } from '../../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation } from '../../../ops/activation/activation.js';
import { type Conv1dExtent, conv1dFlops } from '../../../ops/conv1d/extent.js';
import type { WasmLowering, WasmStep } from '../lowering.js';
import { PANEL, TILE } from './tile.js';

const POINTS = 6;
const GROUP = 4;
/** Groups of four outputs below which transforming the filters costs more than it saves. */
const ENOUGH_GROUPS = 64;
/** Channels of either side below which the transforms do. */
const ENOUGH_CHANNELS = 16;

interface WinogradOperands {
  readonly x: BufferRef;
  readonly weight: BufferRef;
  readonly bias: BufferRef | undefined;
  readonly y: BufferRef;
  readonly activation: Activation;
}

/** Samples whose groups of four outputs fill whole panels of eight. */
function chunkOf(groups: number): number {
  let chunk = 1;
  while ((chunk * groups) % PANEL !== 0) chunk *= 2;
  return chunk;
}

/**
 * Whether six products for four outputs beat the direct form's twelve. A program that trains keeps the direct form: it would
 * gain 6 %, and a seed would no longer give the weights that it gave.
 */
export function worthWinograd(extent: Conv1dExtent, { training }: Pick<WasmLowering, 'training'>): boolean {
  const { batch, channelsIn, channelsOut, lengthOut, kernel, stride, padding } = extent;
  return (
    !training &&
    kernel === 3 &&
    stride === 1 &&
    padding <= 2 &&
    lengthOut % GROUP === 0 &&
    (batch * lengthOut) / GROUP >= ENOUGH_GROUPS &&
    Math.min(channelsIn, channelsOut) >= ENOUGH_CHANNELS
  );
}

export function winograd(
  extent: Conv1dExtent,
  { x, weight, bias, y, activation }: WinogradOperands,
  { scratch, threads }: Pick<WasmLowering, 'scratch' | 'threads'>,
): WasmStep[] {
  const { batch, channelsIn, lengthIn, channelsOut, lengthOut, padding } = extent;
  const chunk = chunkOf(lengthOut / GROUP);
  // The last group is read as two vectors.
  const rowLength = lengthOut + GROUP;
  const floats = chunk * channelsIn * rowLength + POINTS * PANEL * channelsIn + POINTS * TILE;
  const memoryFloats = Math.ceil(floats / 16) * 16;
  const filters = scratch(POINTS * channelsOut * channelsIn);
  return [
    { kernel: 'transformFilters', parameters: [weight, filters, channelsOut, channelsIn] },
    {
      kernel: 'convolveWinograd',
      parameters: [
        ...[x, filters, bias, y, scratch(threads * memoryFloats), memoryFloats * 4],
        ...[
          batch,
          channelsIn,
          lengthIn,
          channelsOut,
          lengthOut,
          padding,
          rowLength,
          chunk,
          ACTIVATION_CODES[activation],
        ],
      ],
      // Those of the definition, so that profiles compare; half of the products are made.
      flops: conv1dFlops(extent),
    },
  ];
}
