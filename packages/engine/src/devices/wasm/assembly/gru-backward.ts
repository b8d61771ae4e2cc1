import { batchTiles, firstRowOf, rowsFrom, singleRows } from './batch-tiles';
import { shareStart, storeFirst } from './partition';
import { oneRow } from './row-product';
import { PANEL, TILE_ROWS } from './tile';
import { tileRows } from './tile-rows';

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
  /** For each thread [5, width]: the gradient of the state that is passed back in time. */
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
  const rowTiles = batchTiles(p.batch);
  const end = shareStart(p.directions * rowTiles, thread + 1, threads);
  const hidden = p.hidden;
  const rowBytes = (<usize>p.width) << 2;
  const carried = p.carried + <usize>thread * TILE_ROWS * rowBytes;
  const panelBytes = <usize>(3 * hidden) * (PANEL * 4);
  const stride = (<usize>(p.steps * p.directions * hidden)) << 2;
  for (let unit = shareStart(p.directions * rowTiles, thread, threads); unit < end; unit++) {
    const direction = unit / rowTiles;
    const first = firstRowOf(p.batch, unit % rowTiles);
    const rows = rowsFrom(p.batch, first);
    const single = first >= p.batch - singleRows(p.batch);
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
        carryBack(single, slopes, 3 * stride, rows, weights, 2 * hidden, to, rowBytes);
        carryBack(single, slopesOfN, stride, rows, weights + ((<usize>(2 * hidden)) << 5), hidden, to, rowBytes);
      }
    }
  }
}

/** Adds slopes times weights to the carried gradient of eight units. */
function carryBack(
  single: bool,
  a: usize,
  stride: usize,
  rows: i32,
  panel: usize,
  steps: i32,
  to: usize,
  rowBytes: usize,
): void {
  if (!single) {
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
