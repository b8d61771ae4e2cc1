/** Rows of c that the kernels compute at a time, and columns; `assembly/tile.ts` has the same numbers and their reasons. */
export const TILE_ROWS = 5;
export const PANEL = 8;
export const TILE = TILE_ROWS * PANEL;
