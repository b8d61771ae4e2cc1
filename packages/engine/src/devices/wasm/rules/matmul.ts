import type { BufferRef } from '../../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation } from '../../../ops/activation/activation.js';
import { type LinearAttributes, linearExtent } from '../../../ops/matmul/linear.js';
import { type MatmulAttributes, type MatmulExtent, matmulExtent } from '../../../ops/matmul/matmul.js';
import { type WasmLowering, type WasmStep, wasmRule } from '../lowering.js';
import { PANEL, TILE_ROWS } from './tile.js';

export interface WasmProduct extends MatmulExtent {
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly c: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: Activation;
}

/** Rows and steps of a transposed a that a thread turns at a time, at most. */
const BLOCK_ROWS = 95;
const BLOCK_STEPS = 512;
/** Below this many rows packing b costs more than the whole product does by dot products. */
const FEW_ROWS = 4;
/** Operations that one thread finishes before the others would have woken up: about 20 µs. */
const WORTH_SHARING = 500_000;

/** Kernel calls of c = activation(a · b + bias). */
export function product(
  operands: WasmProduct,
  { scratch, threads }: Pick<WasmLowering, 'scratch' | 'threads'>,
): WasmStep[] {
  const { batch, m, n, k, a, b, c, bias, transposeA, transposeB, activation = 'none' } = operands;
  const code = ACTIVATION_CODES[activation];
  const flops = 2 * batch * m * n * k;
  const solo = flops < WORTH_SHARING;
  if (batch === 1 && m < FEW_ROWS && transposeB && !transposeA) {
    return [{ kernel: 'dots', parameters: [a, b, c, bias, m, n, k, code], solo, flops }];
  }
  const panelCount = Math.ceil(n / PANEL);
  const rowTiles = batch * Math.ceil(m / TILE_ROWS);
  // Rows are shared out unless they are too few for even shares.
  const byColumns = batch === 1 && rowTiles < 4 * threads && panelCount > rowTiles;
  const panels = scratch(batch * panelCount * k * PANEL);
  const block = Math.ceil((Math.min(BLOCK_ROWS, m) * Math.min(BLOCK_STEPS, k)) / 16) * 16;
  const packed = transposeA ? scratch((solo ? 1 : threads) * block) : undefined;
  return [
    { kernel: 'packPanels', parameters: [b, panels, batch, n, k, transposeB ? 1 : 0], solo },
    {
      kernel: 'matmul',
      parameters: [a, panels, c, bias, batch, m, n, k, transposeA ? 1 : 0, code, byColumns ? 1 : 0, packed, block * 4],
      solo,
      flops,
    },
  ];
}

export const matmulRule = wasmRule<MatmulAttributes>((lowering) => {
  const { inputs, attributes, input, output } = lowering;
  const extent = matmulExtent(inputs[0]!, inputs[1]!, attributes);
  return product({ ...extent, ...attributes, a: input(0), b: input(1), c: output(0) }, lowering);
});

export const linearRule = wasmRule<LinearAttributes>((lowering) => {
  const { inputs, attributes, input, output } = lowering;
  return product(
    {
      ...linearExtent(inputs[0]!, inputs[1]!),
      a: input(0),
      b: input(1),
      c: output(0),
      bias: inputs[2] ? input(2) : undefined,
      transposeA: false,
      transposeB: true,
      activation: attributes.activation,
    },
    lowering,
  );
});
