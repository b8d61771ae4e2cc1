import { elements } from '../../graph/shape.js';
import { reference } from '../reference.js';
import type { GatherGradientAttributes } from './gradient.js';

/** yᵢ = table[indexᵢ], NaN (−1 for integers) where that is no row. */
export const gatherReference = reference(({ inputs, outputs, inputTypes }) => {
  const [table, index, y] = [inputs[0]!, inputs[1]!, outputs[0]!];
  const [rows, ...rest] = inputTypes[0]!.shape;
  const width = elements(rest);
  const missing = inputTypes[0]!.dtype === 'i32' ? -1 : Number.NaN;
  for (const [i, row] of index.entries()) {
    if (row < 0 || row >= rows!) y.fill(missing, i * width, (i + 1) * width);
    else y.set(table.subarray(row * width, (row + 1) * width), i * width);
  }
});

/** dtable[r] = Σ over the i with indexᵢ = r of dyᵢ. */
export const gatherGradientReference = reference<GatherGradientAttributes>(({ inputs, outputs, attributes }) => {
  const [dy, index, dtable] = [inputs[0]!, inputs[1]!, outputs[0]!];
  const [rows, ...rest] = attributes.shape;
  const width = elements(rest);
  dtable.fill(0);
  for (const [i, row] of index.entries()) {
    if (row < 0 || row >= rows!) continue;
    for (let column = 0; column < width; column++) dtable[row * width + column]! += dy[i * width + column]!;
  }
});
