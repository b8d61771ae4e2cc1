import { TILE_ROWS } from './tile';

/**
 * How the GRU cuts a batch into tiles of rows: five at a time, but the one or two rows that sixes would leave over are
 * multiplied one by one. Those are summed in two chains (`oneRow`) and the others in one, and who belongs where must stay:
 * it decides the last bits of a training, and with them whether a seed gives the weights that it gave.
 */
const GROUP = 6;
const FEW = 2;

/** Rows at the end of the batch that are multiplied one by one: none, one or two. */
export function singleRows(batch: i32): i32 {
  const left = batch % GROUP;
  return left <= FEW ? left : 0;
}

/** Tiles of the batch; where there are single rows, they are the last one. */
export function batchTiles(batch: i32): i32 {
  const single = singleRows(batch);
  return (batch - single + TILE_ROWS - 1) / TILE_ROWS + (single > 0 ? 1 : 0);
}

export function firstRowOf(batch: i32, tile: i32): i32 {
  return min(tile * TILE_ROWS, batch - singleRows(batch));
}

/** Rows of the tile that begins with row `first`. */
export function rowsFrom(batch: i32, first: i32): i32 {
  const tiled = batch - singleRows(batch);
  return first < tiled ? min(TILE_ROWS, tiled - first) : batch - first;
}
