import { batchTiles, firstRowOf, rowsFrom, singleRows } from './batch-tiles';
import { madd, sigmoid, tanh } from './math';
import { shareStart, storeFirst } from './partition';
import { oneRow } from './row-product';
import { PANEL, TILE_BYTES } from './tile';
import { tileRows } from './tile-rows';

/** Gates r, z, n in this order everywhere; see `ops/gru`. */
@unmanaged
class RecurrenceParameters {
  /** [batch, steps, directions, 3, hidden]. */
  projected: usize;
  /** The recurrent weights: panels [directions, 3, ⌈hidden/8⌉, hidden, 8]. */
  panels: usize;
  /** [directions, 3, hidden]. */
  bias: usize;
  /** [batch, steps, directions, hidden]. */
  states: usize;
  /** [batch, steps, directions, hidden, 4]: r, z, n and U·h + b of n. */
  gates: usize;
  /** Four tiles a thread: U·h + b of the three gates, which r and z replace, and n. */
  tiles: usize;
  batch: i32;
  steps: i32;
  directions: i32;
  hidden: i32;
}

/**
 * All time steps. Threads share tiles of rows of the batch, each direction on its own; a tile goes through time alone, its
 * weights staying in the cache.
 */
export function gruForward(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<RecurrenceParameters>(parameters);
  const rowTiles = batchTiles(p.batch);
  const end = shareStart(p.directions * rowTiles, thread + 1, threads);
  const tiles = p.tiles + <usize>thread * (4 * TILE_BYTES);
  for (let unit = shareStart(p.directions * rowTiles, thread, threads); unit < end; unit++) {
    const direction = unit / rowTiles;
    const first = firstRowOf(p.batch, unit % rowTiles);
    const rows = rowsFrom(p.batch, first);
    for (let i = 0; i < p.steps; i++) {
      const t = direction === 1 ? p.steps - 1 - i : i;
      const before = i === 0 ? -1 : direction === 1 ? t + 1 : t - 1;
      for (let unitOf = 0; unitOf < p.hidden; unitOf += PANEL) {
        preactivations(p, direction, first, rows, before, unitOf, tiles);
        openGates(p, direction, first, rows, t, unitOf, tiles);
        for (let r = 0; r < rows; r++) newState(p, direction, first + r, t, before, unitOf, tiles + <usize>r * 32);
      }
    }
  }
}

/** Index of (row of the batch, time, direction) in everything laid out by them. */
function placeOf(p: RecurrenceParameters, b: i32, t: i32, direction: i32): usize {
  return <usize>((b * p.steps + t) * p.directions + direction);
}

/**
 * U·h + b of eight units' three gates, in three tiles. At a direction's first step h is 0 and the product is left out, a share of
 * 1 / steps of this kernel's work. So a U that is not finite shows from the second step on, where the reference, in which NaN · 0 is
 * NaN, shows it at the first; what reads all steps is NaN either way.
 */
function preactivations(
  p: RecurrenceParameters,
  direction: i32,
  first: i32,
  rows: i32,
  before: i32,
  from: i32,
  tiles: usize,
): void {
  const hidden = p.hidden;
  const panelBytes = <usize>hidden * (PANEL * 4);
  const panelsOfGate = (hidden + PANEL - 1) / PANEL;
  const stride = (<usize>(p.steps * p.directions * hidden)) << 2;
  const single = first >= p.batch - singleRows(p.batch);
  const h: usize = before < 0 ? 0 : p.states + placeOf(p, first, before, direction) * <usize>hidden * 4;
  for (let gate = 0; gate < 3; gate++) {
    const bias = p.bias + ((<usize>((direction * 3 + gate) * hidden + from)) << 2);
    const tile = tiles + <usize>gate * TILE_BYTES;
    const panel = p.panels + <usize>((direction * 3 + gate) * panelsOfGate + from / PANEL) * panelBytes;
    if (before < 0) {
      for (let r = 0; r < rows; r++) {
        v128.store(tile + <usize>r * 32, v128.load(bias));
        v128.store(tile + <usize>r * 32, v128.load(bias, 16), 16);
      }
    } else if (!single) {
      tileRows(h, stride, rows, panel, PANEL * 4, hidden, bias, 0, tile, 32);
    } else {
      for (let r = 0; r < rows; r++) oneRow(h + <usize>r * stride, panel, hidden, bias, tile + <usize>r * 32);
    }
  }
}

/**
 * r, z and n of eight units of a tile's rows. One function after the other, because n waits for r: a processor overlaps the
 * values of several rows, but hardly two functions that wait for each other in each of them.
 */
function openGates(
  p: RecurrenceParameters,
  direction: i32,
  first: i32,
  rows: i32,
  t: i32,
  from: i32,
  tiles: usize,
): void {
  const gateBytes = (<usize>p.hidden) << 2;
  const rowBytes = <usize>(p.steps * p.directions * 3) * gateBytes;
  const x = p.projected + (placeOf(p, first, t, direction) * 3 * <usize>p.hidden + <usize>from) * 4;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const xr = x + r * rowBytes;
    const tile = tiles + r * 32;
    openGate(xr, tile);
    openGate(xr + 16, tile + 16);
    openGate(xr + gateBytes, tile + TILE_BYTES);
    openGate(xr + gateBytes + 16, tile + TILE_BYTES + 16);
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    const xn = x + r * rowBytes + 2 * gateBytes;
    const tile = tiles + r * 32;
    proposeState(xn, tile);
    proposeState(xn + 16, tile + 16);
  }
}

/** r or z of four units, where U·h + b of it lies. */
function openGate(x: usize, tile: usize): void {
  v128.store(tile, sigmoid(f32x4.add(v128.load(x), v128.load(tile))));
}

/** n of four units, from r and U·h + b of n. */
function proposeState(x: usize, tile: usize): void {
  const an = v128.load(tile, 2 * TILE_BYTES);
  v128.store(tile, tanh(madd(v128.load(tile), an, v128.load(x))), 3 * TILE_BYTES);
}

/** The new state of the same units of one row, and what the gradient needs. */
function newState(p: RecurrenceParameters, direction: i32, b: i32, t: i32, before: i32, from: i32, tile: usize): void {
  const hidden = p.hidden;
  const place = placeOf(p, b, t, direction);
  const one = f32x4.splat(1);
  for (let j = from; j < min(hidden, from + PANEL); j += 4, tile += 16) {
    const r = v128.load(tile);
    const z = v128.load(tile + TILE_BYTES);
    const an = v128.load(tile + 2 * TILE_BYTES);
    const n = v128.load(tile + 3 * TILE_BYTES);
    let h = f32x4.mul(f32x4.sub(one, z), n);
    if (before >= 0) {
      const last = v128.load(p.states + (placeOf(p, b, before, direction) * <usize>hidden + <usize>j) * 4);
      h = madd(z, last, h);
    }
    const at = place * <usize>hidden + <usize>j;
    storeFirst(p.states + (at << 2), h, hidden - j);
    const saved = p.gates + (at << 4);
    const rz = v128.shuffle<f32>(r, z, 0, 4, 1, 5);
    const na = v128.shuffle<f32>(n, an, 0, 4, 1, 5);
    v128.store(saved, v128.shuffle<f32>(rz, na, 0, 1, 4, 5));
    if (j + 1 < hidden) v128.store(saved, v128.shuffle<f32>(rz, na, 2, 3, 6, 7), 16);
    const rzHigh = v128.shuffle<f32>(r, z, 2, 6, 3, 7);
    const naHigh = v128.shuffle<f32>(n, an, 2, 6, 3, 7);
    if (j + 2 < hidden) v128.store(saved, v128.shuffle<f32>(rzHigh, naHigh, 0, 1, 4, 5), 32);
    if (j + 3 < hidden) v128.store(saved, v128.shuffle<f32>(rzHigh, naHigh, 2, 3, 6, 7), 48);
  }
}
