import { shareStart, storeFirst } from './partition';
import { PANEL, TILE_BYTES, TILE_ROWS } from './tile';
import { tileColumns } from './tile-columns';

/** Of one or more gates, whose slopes lie side by side. */
@unmanaged
class RecurrentWeightGradientParameters {
  /** [batch, steps, directions, slopeWidth], of which the first `rows` count. */
  slopes: usize;
  /** [batch, steps, directions, hidden]. */
  states: usize;
  /** [directions, 3·hidden, hidden], of which `rows` rows from `firstRow` on are written. */
  dweight: usize;
  /** [directions, 3·hidden], likewise. */
  dbias: usize;
  /** A tile a thread. */
  tiles: usize;
  batch: i32;
  steps: i32;
  directions: i32;
  hidden: i32;
  slopeWidth: i32;
  rows: i32;
  firstRow: i32;
}

/** dU = Σ over batch and time of the slopes times the state before; threads share the tiles of dU. */
export function gruWeights(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<RecurrentWeightGradientParameters>(parameters);
  const hidden = p.hidden;
  const rowTiles = (p.rows + TILE_ROWS - 1) / TILE_ROWS;
  const panels = (hidden + PANEL - 1) / PANEL;
  const tile = p.tiles + <usize>thread * TILE_BYTES;
  const slopeStep = (<usize>(p.directions * p.slopeWidth)) << 2;
  const stateStep = (<usize>(p.directions * hidden)) << 2;
  const units = p.directions * rowTiles * panels;
  const end = shareStart(units, thread + 1, threads);
  for (let unit = shareStart(units, thread, threads); unit < end; unit++) {
    const column = (unit % panels) * PANEL;
    const direction = unit / panels / rowTiles;
    const first = ((unit / panels) % rowTiles) * TILE_ROWS;
    const slopes = p.slopes + ((<usize>(direction * p.slopeWidth + first)) << 2);
    const states = p.states + ((<usize>(direction * hidden + column)) << 2);
    const rows = min(TILE_ROWS, p.rows - first);
    const row = direction * 3 * hidden + p.firstRow + first;
    if (column === 0) sumSlopes(slopes, slopeStep, p.batch * p.steps, rows, p.dbias + ((<usize>row) << 2));
    memory.fill(tile, 0, TILE_BYTES);
    // Forwards, the slopes from the second step on meet the states up to the last but one; backwards the other way.
    const late = direction === 1 ? 0 : 1;
    for (let b = 0; b < p.batch && p.steps > 1; b++) {
      const a = slopes + <usize>(b * p.steps + late) * slopeStep;
      const h = states + <usize>(b * p.steps + 1 - late) * stateStep;
      tileColumns(a, slopeStep, h, stateStep, p.steps - 1, tile, 32, tile, 32);
    }
    for (let r = 0; r < rows; r++) {
      const to = p.dweight + ((<usize>((row + r) * hidden + column)) << 2);
      storeFirst(to, v128.load(tile + <usize>r * 32), hidden - column);
      storeFirst(to + 16, v128.load(tile + <usize>r * 32, 16), hidden - column - 4);
    }
  }
}

/** Sums of six neighbouring columns. */
function sumSlopes(a: usize, stride: usize, count: i32, columns: i32, out: usize): void {
  let t0 = f32x4.splat(0);
  let t1 = t0;
  for (let i = 0; i < count; ) {
    const end = min(count, i + 64);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    for (; i < end; i++, a += stride) {
      s0 = f32x4.add(s0, v128.load(a));
      s1 = f32x4.add(s1, v128.load(a, 16));
    }
    t0 = f32x4.add(t0, s0);
    t1 = f32x4.add(t1, s1);
  }
  storeFirst(out, t0, columns);
  storeFirst(out + 16, t1, columns - 4);
}
