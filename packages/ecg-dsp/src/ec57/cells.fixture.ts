import { emptyCells, type MutableCells } from './tables.js';

/** A table that is 0 but for some cells, named by row and column: `{ Nn: 2, Ov: 1 }`. */
export function cells(values: Partial<Record<string, number>>): MutableCells {
  const table = emptyCells();
  for (const [name, value] of Object.entries(values)) {
    const [row, column] = name as unknown as [keyof MutableCells, 'n'];
    table[row][column] = value!;
  }
  return table;
}
