import { type GruExtent, gruExtent } from '../../../ops/gru/recurrence.js';
import { type WasmStep, wasmRule } from '../lowering.js';
import { PANEL, TILE, TILE_ROWS } from './tile.js';

const recurrenceFlops = ({ batch, steps, directions, hidden }: GruExtent) =>
  6 * hidden * hidden * batch * steps * directions;

export const gruRecurrenceRule = wasmRule(({ inputs, input, output, scratch, threads }) => {
  const extent = gruExtent(inputs[0]!, inputs[1]!);
  const { batch, steps, directions, hidden } = extent;
  const gates = directions * 3;
  const panels = scratch(gates * Math.ceil(hidden / PANEL) * hidden * PANEL);
  const tiles = scratch(threads * 4 * TILE);
  return [
    { kernel: 'packPanels', parameters: [input(1), panels, gates, hidden, hidden, 1], solo: true },
    {
      kernel: 'gruForward',
      parameters: [input(0), panels, input(2), output(0), output(1), tiles, batch, steps, directions, hidden],
      flops: recurrenceFlops(extent),
    },
  ];
});

export const gruRecurrenceGradientRule = wasmRule<GruExtent>(({ attributes, input, output, scratch, threads }) => {
  const { batch, steps, directions, hidden } = attributes;
  const width = Math.ceil(hidden / PANEL) * PANEL;
  const panels = scratch(directions * width * 3 * hidden);
  const carried = scratch(threads * TILE_ROWS * width);
  return [
    { kernel: 'packPanels', parameters: [input(1), panels, directions, hidden, 3 * hidden, 0], solo: true },
    {
      kernel: 'gruBackward',
      parameters: [
        ...[input(0), panels, input(2), input(3), output(0), output(1), carried],
        ...[batch, steps, directions, hidden, width],
      ],
      flops: recurrenceFlops(attributes),
    },
  ];
});

export const gruWeightGradientRule = wasmRule<GruExtent>(({ attributes, input, output, scratch }) => {
  const { batch, steps, directions, hidden } = attributes;
  // r and z take their slopes from the projection, n its own.
  const gates = (slopes: number, width: number, rows: number, firstRow: number): WasmStep => ({
    kernel: 'gruWeights',
    parameters: [
      ...[input(slopes), input(2), output(0), output(1)],
      scratch(directions * Math.ceil(rows / TILE_ROWS) * Math.ceil(hidden / PANEL) * TILE),
      ...[batch, steps, directions, hidden, width, rows, firstRow],
    ],
    flops: 2 * batch * steps * directions * rows * hidden,
  });
  return [gates(0, 3 * hidden, 2 * hidden, 0), gates(1, hidden, hidden, 2 * hidden)];
});
