import { shareStart, storeFirst } from './partition';
import { sumColumns } from './reduce';
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
  /** The tiles' sums: [directions, ⌈rows/5⌉, ⌈hidden/8⌉, 5, 8]. */
  tiles: usize;
  batch: i32;
  steps: i32;
  directions: i32;
  hidden: i32;
  slopeWidth: i32;
  rows: i32;
  firstRow: i32;
}

/**
 * dU = Σ over batch and time of the slopes times the state before; threads share the tiles of dU. Each goes through the
 * samples with all its tiles, so that a sample's slopes and states are read from the first-level cache.
 */
export function gruWeights(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<RecurrentWeightGradientParameters>(parameters);
  const panels = (p.hidden + PANEL - 1) / PANEL;
  const units = p.directions * ((p.rows + TILE_ROWS - 1) / TILE_ROWS) * panels;
  const from = shareStart(units, thread, threads);
  const end = shareStart(units, thread + 1, threads);
  const slopeStep = (<usize>(p.directions * p.slopeWidth)) << 2;
  const stateStep = (<usize>(p.directions * p.hidden)) << 2;
  memory.fill(p.tiles + <usize>from * TILE_BYTES, 0, <usize>(end - from) * TILE_BYTES);
  for (let b = 0; b < p.batch && p.steps > 1; b++) {
    let tile = p.tiles + <usize>from * TILE_BYTES;
    for (let unit = from; unit < end; ) {
      const direction = directionOf(p, unit);
      // Forwards, the slopes from the second step on meet the states up to the last but one; backwards the other way.
      const late = direction === 1 ? 0 : 1;
      const slopes = p.slopes + ((<usize>(direction * p.slopeWidth + rowOf(p, unit))) << 2);
      const states = p.states + ((<usize>(direction * p.hidden)) << 2);
      const a = slopes + <usize>(b * p.steps + late) * slopeStep;
      const h = states + <usize>(b * p.steps + 1 - late) * stateStep;
      const first = unit % panels;
      const last = min(panels, first + end - unit);
      for (let panel = first; panel < last; panel++, tile += TILE_BYTES) {
        tileColumns(a, slopeStep, h + ((<usize>panel) << 5), stateStep, p.steps - 1, tile);
      }
      unit += last - first;
    }
  }
  for (let unit = from; unit < end; unit++) {
    const column = (unit % panels) * PANEL;
    const first = rowOf(p, unit);
    const row = directionOf(p, unit) * 3 * p.hidden + p.firstRow + first;
    const tile = p.tiles + <usize>unit * TILE_BYTES;
    for (let r = 0; r < min(TILE_ROWS, p.rows - first); r++) {
      const to = p.dweight + ((<usize>((row + r) * p.hidden + column)) << 2);
      storeFirst(to, v128.load(tile + <usize>r * 32), p.hidden - column);
      storeFirst(to + 16, v128.load(tile + <usize>r * 32, 16), p.hidden - column - 4);
    }
  }
  sumSlopes(p, thread, threads);
}

function directionOf(p: RecurrentWeightGradientParameters, unit: i32): i32 {
  return unit / (((p.hidden + PANEL - 1) / PANEL) * ((p.rows + TILE_ROWS - 1) / TILE_ROWS));
}

/** The first of a tile's rows among those of its direction. */
function rowOf(p: RecurrentWeightGradientParameters, unit: i32): i32 {
  const tile = unit / ((p.hidden + PANEL - 1) / PANEL);
  return (tile % ((p.rows + TILE_ROWS - 1) / TILE_ROWS)) * TILE_ROWS;
}

/** The bias's gradient: threads share groups of 16 columns. */
function sumSlopes(p: RecurrentWeightGradientParameters, thread: i32, threads: i32): void {
  const groups = (p.rows + 15) / 16;
  const stride = (<usize>(p.directions * p.slopeWidth)) << 2;
  const end = shareStart(p.directions * groups, thread + 1, threads);
  for (let unit = shareStart(p.directions * groups, thread, threads); unit < end; unit++) {
    const direction = unit / groups;
    const first = (unit % groups) * 16;
    const slopes = p.slopes + ((<usize>(direction * p.slopeWidth + first)) << 2);
    const to = p.dbias + ((<usize>(direction * 3 * p.hidden + p.firstRow + first)) << 2);
    sumColumns(slopes, stride, p.batch * p.steps, to, min(16, p.rows - first), f32x4.splat(1));
  }
}
