import type { BufferRef } from '../../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation } from '../../../ops/activation/activation.js';
import { type Conv1dExtent, conv1dFlops } from '../../../ops/conv1d/extent.js';
import type { WasmLowering, WasmStep } from '../lowering.js';
import { PANEL, TILE } from './tile.js';

/** Outputs that are computed together; `assembly/winograd-points.ts` has the method. */
const GROUP = 4;
/** A group's inputs are read as two vectors. */
const GROUP_INPUTS = 8;
/** Groups below which transforming the filters costs more than it saves. */
const ENOUGH_GROUPS = 64;
/** Channels of either side below which the transforms do. */
const ENOUGH_CHANNELS = 16;
/** A thread's floats of a block of the weight's gradient: half of a second-level cache of 1 MB. Sums do not depend on it. */
const BLOCK_FLOATS = 131_072;

const pointsOf = ({ kernel }: Conv1dExtent) => kernel + GROUP - 1;
const rowLengthOf = ({ lengthOut }: Conv1dExtent) => lengthOut + GROUP_INPUTS - GROUP;

/** Whether 6 products for four outputs beat the direct form's 12 (kernels of 3), or 8 its 20 (kernels of 5). */
export function worthWinograd({
  batch,
  channelsIn,
  channelsOut,
  lengthOut,
  kernel,
  stride,
  padding,
}: Conv1dExtent): boolean {
  return (
    (kernel === 3 || kernel === 5) &&
    stride === 1 &&
    padding >= 0 &&
    padding < kernel &&
    lengthOut % GROUP === 0 &&
    (batch * lengthOut) / GROUP >= ENOUGH_GROUPS &&
    Math.min(channelsIn, channelsOut) >= ENOUGH_CHANNELS
  );
}

/** Samples whose groups of four outputs fill whole panels of eight, but for a twentieth at most. */
function chunkOf(groups: number): number {
  let chunk = 1;
  while (wholePanels(chunk * groups) > 1.05 * chunk * groups) chunk *= 2;
  return chunk;
}

const wholePanels = (columns: number) => Math.ceil(columns / PANEL) * PANEL;

interface WinogradOperands {
  readonly x: BufferRef;
  readonly weight: BufferRef;
  /** The weight is [channels, out, kernel] and applied backwards, as an input's gradient has it. */
  readonly turned: boolean;
  readonly bias: BufferRef | undefined;
  readonly y: BufferRef;
  readonly activation: Activation;
}

export function winograd(
  extent: Conv1dExtent,
  { x, weight, turned, bias, y, activation }: WinogradOperands,
  { scratch, threads }: Pick<WasmLowering, 'scratch' | 'threads'>,
): WasmStep[] {
  const { batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, padding } = extent;
  const points = pointsOf(extent);
  const rowLength = rowLengthOf(extent);
  const groups = lengthOut / GROUP;
  const chunk = chunkOf(groups);
  const transforms = points * (PANEL * channelsIn + TILE);
  const floats = chunk * channelsIn * rowLength + transforms + 2 * wholePanels(chunk * groups);
  const memoryFloats = Math.ceil(floats / 16) * 16;
  const filters = scratch(points * channelsOut * channelsIn);
  return [
    { kernel: 'transformFilters', parameters: [weight, filters, channelsOut, channelsIn, kernel, turned ? 1 : 0] },
    {
      kernel: 'convolveWinograd',
      parameters: [
        ...[x, filters, bias, y, scratch(threads * memoryFloats), memoryFloats * 4],
        ...[batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, padding, rowLength, chunk],
        ACTIVATION_CODES[activation],
      ],
      // Those of the definition, so that profiles compare; fewer products are made.
      flops: conv1dFlops(extent),
    },
  ];
}

interface GradientOperands {
  readonly dy: BufferRef;
  readonly x: BufferRef;
  readonly dweight: BufferRef;
  readonly dbias: BufferRef;
}

export function winogradWeights(
  extent: Conv1dExtent,
  { dy, x, dweight, dbias }: GradientOperands,
  { scratch, threads }: Pick<WasmLowering, 'scratch' | 'threads'>,
): WasmStep[] {
  const { batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, padding } = extent;
  const points = pointsOf(extent);
  const rowLength = rowLengthOf(extent);
  const groups = lengthOut / GROUP;
  const panels = Math.ceil(channelsIn / PANEL);
  const block = Math.max(1, Math.floor((threads * BLOCK_FLOATS) / (points * groups * (channelsOut + channelsIn))));
  const steps = Math.ceil((Math.min(block, batch) * groups) / 4) * 4;
  const transforms = [
    scratch(points * channelsOut * steps),
    scratch(points * panels * steps * PANEL),
    scratch(points * Math.ceil(channelsOut / (TILE / PANEL)) * panels * TILE),
  ];
  const biasSums = scratch(2 * channelsOut);
  const memoryFloats = Math.ceil(Math.max(4 * rowLength, GROUP * steps) / 16) * 16;
  const memory = scratch(threads * memoryFloats);
  const parametersOf = (first: number, samples: number) => [
    ...[dy, x, ...transforms, dweight, dbias, biasSums, memory, memoryFloats * 4, first, samples, steps],
    ...[channelsIn, lengthIn, channelsOut, lengthOut, kernel, padding, rowLength],
  ];
  const blocks: WasmStep[] = [];
  for (let first = 0; first < batch; first += block) {
    const samples = Math.min(block, batch - first);
    const parameters = parametersOf(first, samples);
    blocks.push(
      { kernel: 'transformGradients', parameters },
      { kernel: 'multiplyGradients', parameters, flops: (conv1dFlops(extent) / batch) * samples },
    );
  }
  return [...blocks, { kernel: 'interpolateWeights', parameters: parametersOf(0, batch) }];
}
