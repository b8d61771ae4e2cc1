import { madd, sigmoid, tanh } from './math';
import { shareStart, storeFirst } from './partition';
import { tileColumns, tileRows } from './tile';

const PANEL = 8;
const TILE_ROWS = 6;
const TILE_BYTES: usize = TILE_ROWS * PANEL * 4;
/** Up to this many rows of the batch are faster one at a time than as a tile whose other rows are thrown away. */
const FEW_ROWS = 2;

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
  /** Three tiles a thread. */
  tiles: usize;
  batch: i32;
  steps: i32;
  directions: i32;
  hidden: i32;
}

/**
 * All time steps. Threads share tiles of six rows of the batch, each direction on its own; a tile goes through time
 * alone, its weights staying in the cache.
 */
export function gruForward(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<RecurrenceParameters>(parameters);
  const rowTiles = (p.batch + TILE_ROWS - 1) / TILE_ROWS;
  const end = shareStart(p.directions * rowTiles, thread + 1, threads);
  const tiles = p.tiles + <usize>thread * (3 * TILE_BYTES);
  for (let unit = shareStart(p.directions * rowTiles, thread, threads); unit < end; unit++) {
    const direction = unit / rowTiles;
    const first = (unit % rowTiles) * TILE_ROWS;
    const rows = min(TILE_ROWS, p.batch - first);
    for (let i = 0; i < p.steps; i++) {
      const t = direction === 1 ? p.steps - 1 - i : i;
      const before = i === 0 ? -1 : direction === 1 ? t + 1 : t - 1;
      for (let unitOf = 0; unitOf < p.hidden; unitOf += PANEL) {
        preactivations(p, direction, first, rows, before, unitOf, tiles);
        for (let r = 0; r < rows; r++) gateRow(p, direction, first + r, t, before, unitOf, tiles + <usize>r * 32);
      }
    }
  }
}

/** Index of (row of the batch, time, direction) in everything laid out by them. */
function placeOf(p: RecurrenceParameters, b: i32, t: i32, direction: i32): usize {
  return <usize>((b * p.steps + t) * p.directions + direction);
}

/** U·h + b of eight units' three gates, in three tiles. */
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
    } else if (rows > FEW_ROWS) {
      tileRows(h, stride, rows, panel, PANEL * 4, hidden, bias, 0, tile, 32);
    } else {
      for (let r = 0; r < rows; r++) oneRow(h + <usize>r * stride, panel, hidden, bias, tile + <usize>r * 32);
    }
  }
}

/** One row times a panel, in two chains of sums. */
export function oneRow(a: usize, panel: usize, steps: i32, init: usize, out: usize): void {
  let c0 = v128.load(init);
  let c1 = v128.load(init, 16);
  let d0 = f32x4.splat(0);
  let d1 = d0;
  let k = 0;
  for (; k + 2 <= steps; k += 2, a += 8, panel += 64) {
    const s0 = v128.load32_splat(a);
    const s1 = v128.load32_splat(a, 4);
    c0 = madd(s0, v128.load(panel), c0);
    c1 = madd(s0, v128.load(panel, 16), c1);
    d0 = madd(s1, v128.load(panel, 32), d0);
    d1 = madd(s1, v128.load(panel, 48), d1);
  }
  if (k < steps) {
    const s0 = v128.load32_splat(a);
    c0 = madd(s0, v128.load(panel), c0);
    c1 = madd(s0, v128.load(panel, 16), c1);
  }
  v128.store(out, f32x4.add(c0, d0));
  v128.store(out, f32x4.add(c1, d1), 16);
}

/** The gates and the new state of up to eight units of one row of the batch. */
function gateRow(p: RecurrenceParameters, direction: i32, b: i32, t: i32, before: i32, from: i32, tile: usize): void {
  const hidden = p.hidden;
  const place = placeOf(p, b, t, direction);
  const gateBytes = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let j = from; j < min(hidden, from + PANEL); j += 4) {
    const x = p.projected + (place * 3 * <usize>hidden + <usize>j) * 4;
    const a = tile + ((<usize>(j - from)) << 2);
    const r = sigmoid(f32x4.add(v128.load(x), v128.load(a)));
    const z = sigmoid(f32x4.add(v128.load(x + gateBytes), v128.load(a + TILE_BYTES)));
    const an = v128.load(a + 2 * TILE_BYTES);
    const n = tanh(madd(r, an, v128.load(x + 2 * gateBytes)));
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

@unmanaged
class RecurrenceGradientParameters {
  /** [batch, steps, directions, hidden]. */
  dstates: usize;
  /** The recurrent weights, not transposed: panels [directions, ⌈hidden/8⌉, 3·hidden, 8]. */
  panels: usize;
  states: usize;
  gates: usize;
  /** [batch, steps, directions, 3, hidden]: the gradient of W·x + b. */
  dprojected: usize;
  /** [batch, steps, directions, hidden]: that of U·h + b for n; for r and z it is the same. */
  drecurrentN: usize;
  /** For each thread [6, width]: the gradient of the state that is passed back in time. */
  carried: usize;
  batch: i32;
  steps: i32;
  directions: i32;
  hidden: i32;
  /** hidden, up to a multiple of 8. */
  width: i32;
}

/** All time steps, against each direction's time; shared out like the forward pass. */
export function gruBackward(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<RecurrenceGradientParameters>(parameters);
  const rowTiles = (p.batch + TILE_ROWS - 1) / TILE_ROWS;
  const end = shareStart(p.directions * rowTiles, thread + 1, threads);
  const hidden = p.hidden;
  const rowBytes = (<usize>p.width) << 2;
  const carried = p.carried + <usize>thread * TILE_ROWS * rowBytes;
  const panelBytes = <usize>(3 * hidden) * (PANEL * 4);
  const stride = (<usize>(p.steps * p.directions * hidden)) << 2;
  for (let unit = shareStart(p.directions * rowTiles, thread, threads); unit < end; unit++) {
    const direction = unit / rowTiles;
    const first = (unit % rowTiles) * TILE_ROWS;
    const rows = min(TILE_ROWS, p.batch - first);
    const panels = p.panels + <usize>(direction * (p.width / PANEL)) * panelBytes;
    memory.fill(carried, 0, <usize>TILE_ROWS * rowBytes);
    for (let i = p.steps - 1; i >= 0; i--) {
      const t = direction === 1 ? p.steps - 1 - i : i;
      const before = i === 0 ? -1 : direction === 1 ? t + 1 : t - 1;
      for (let r = 0; r < rows; r++) slopeRow(p, direction, first + r, t, before, carried + <usize>r * rowBytes);
      if (i === 0) break;
      const place = <usize>((first * p.steps + t) * p.directions + direction);
      const slopes = p.dprojected + place * <usize>hidden * 12;
      const slopesOfN = p.drecurrentN + place * <usize>hidden * 4;
      for (let panel = 0; panel < p.width / PANEL; panel++) {
        const to = carried + ((<usize>panel) << 5);
        const weights = panels + <usize>panel * panelBytes;
        carryBack(slopes, 3 * stride, rows, weights, 2 * hidden, to, rowBytes);
        carryBack(slopesOfN, stride, rows, weights + ((<usize>(2 * hidden)) << 5), hidden, to, rowBytes);
      }
    }
  }
}

/** Adds slopes times weights to the carried gradient of eight units. */
function carryBack(a: usize, stride: usize, rows: i32, panel: usize, steps: i32, to: usize, rowBytes: usize): void {
  if (rows > FEW_ROWS) {
    tileRows(a, stride, rows, panel, PANEL * 4, steps, to, rowBytes, to, rowBytes);
    return;
  }
  for (let r = 0; r < rows; r++, a += stride, to += rowBytes) oneRow(a, panel, steps, to, to);
}

/** One row's gradients of the gates at one time; leaves dh·z in `carried`. */
function slopeRow(p: RecurrenceGradientParameters, direction: i32, b: i32, t: i32, before: i32, carried: usize): void {
  const hidden = p.hidden;
  const place = <usize>((b * p.steps + t) * p.directions + direction);
  const gateBytes = (<usize>hidden) << 2;
  const one = f32x4.splat(1);
  for (let j = 0; j < hidden; j += 4) {
    const left = hidden - j;
    const at = place * <usize>hidden + <usize>j;
    const saved = p.gates + (at << 4);
    const s0 = v128.load(saved);
    const s1 = v128.load(saved, 16);
    const s2 = v128.load(saved, 32);
    const s3 = v128.load(saved, 48);
    const low01 = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7);
    const r = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    const z = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    const n = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    const a = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    let last = f32x4.splat(0);
    if (before >= 0) {
      const from = <usize>((b * p.steps + before) * p.directions + direction) * <usize>hidden + <usize>j;
      last = v128.load(p.states + (from << 2));
    }
    const keep = carried + ((<usize>j) << 2);
    const slope = f32x4.add(v128.load(keep), v128.load(p.dstates + (at << 2)));
    const rest = f32x4.sub(one, z);
    const dn = f32x4.mul(f32x4.mul(slope, rest), f32x4.sub(one, f32x4.mul(n, n)));
    const dz = f32x4.mul(f32x4.mul(slope, f32x4.sub(last, n)), f32x4.mul(z, rest));
    const dr = f32x4.mul(f32x4.mul(dn, a), f32x4.mul(r, f32x4.sub(one, r)));
    const to = (place * 3 * <usize>hidden + <usize>j) << 2;
    storeFirst(p.dprojected + to, dr, left);
    storeFirst(p.dprojected + to + gateBytes, dz, left);
    storeFirst(p.dprojected + to + 2 * gateBytes, dn, left);
    storeFirst(p.drecurrentN + (at << 2), f32x4.mul(dn, r), left);
    storeFirst(keep, f32x4.mul(slope, z), left);
  }
}

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
