import { activateRow } from './activate-row';
import { activate, madd, sumLanes } from './math';
import { shareStart } from './partition';
import { copyTile, tileOf, ZEROS } from './scratch';
import { PANEL, TILE_ROWS } from './tile';
import { tileRows } from './tile-rows';
import { turn } from './transpose';

/** Steps in one go: a's tile (12 KB) and b's panel (16 KB) stay in a first-level cache of 32 KB. */
const STEPS = 512;
/** Rows in one go: their part of a (at most 192 KB) stays in the second-level cache while b passes by. */
const BLOCK_ROWS = 95;

/** b [batch, k, n] or, transposed, [batch, n, k] → panels [batch, ⌈n/8⌉, k, 8]. */
@unmanaged
class PackParameters {
  b: usize;
  panels: usize;
  batch: i32;
  n: i32;
  k: i32;
  transposed: i32;
}

export function packPanels(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<PackParameters>(parameters);
  const panels = (p.n + PANEL - 1) / PANEL;
  const end = shareStart(p.batch * panels, thread + 1, threads);
  for (let unit = shareStart(p.batch * panels, thread, threads); unit < end; unit++) {
    const column = (unit % panels) * PANEL;
    const b = p.b + <usize>(unit / panels) * <usize>(p.k * p.n) * 4;
    const to = p.panels + <usize>unit * <usize>(p.k * PANEL) * 4;
    const columns = min(PANEL, p.n - column);
    if (p.transposed) packAcross(b + <usize>column * <usize>p.k * 4, p.k, columns, to);
    else packAlong(b + ((<usize>column) << 2), (<usize>p.n) << 2, p.k, columns, to);
  }
}

function packAlong(b: usize, stride: usize, k: i32, columns: i32, to: usize): void {
  if (columns === PANEL) {
    for (let step = 0; step < k; step++, b += stride, to += 32) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
    }
    return;
  }
  for (let step = 0; step < k; step++, b += stride, to += 32) {
    for (let c = 0; c < PANEL; c++)
      store<f32>(to + ((<usize>c) << 2), c < columns ? load<f32>(b + ((<usize>c) << 2)) : 0);
  }
}

function packAcross(b: usize, k: i32, columns: i32, to: usize): void {
  const stride = (<usize>k) << 2;
  let step = 0;
  if (columns === PANEL) {
    for (; step + 4 <= k; step += 4) {
      turn(b + ((<usize>step) << 2), stride, to + ((<usize>step) << 5), 32);
      turn(b + 4 * stride + ((<usize>step) << 2), stride, to + ((<usize>step) << 5) + 16, 32);
    }
  }
  for (; step < k; step++) {
    for (let c = 0; c < PANEL; c++) {
      const value: f32 = c < columns ? load<f32>(b + <usize>c * stride + ((<usize>step) << 2)) : 0;
      store<f32>(to + ((<usize>step) << 5) + ((<usize>c) << 2), value);
    }
  }
}

/** c [batch, m, n] = activation(a · b + bias), a [batch, m, k] or, transposed, [batch, k, m]. */
@unmanaged
class MatmulParameters {
  a: usize;
  panels: usize;
  c: usize;
  /** [n] or 0. */
  bias: usize;
  batch: i32;
  m: i32;
  n: i32;
  k: i32;
  transposed: i32;
  activation: i32;
  /** Threads share the panels instead of the rows. */
  byColumns: i32;
  /** For a transposed a: memory of `packedBytes` a thread, for a block of its rows. */
  packed: usize;
  packedBytes: i32;
}

export function matmul(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<MatmulParameters>(parameters);
  const panels = (p.n + PANEL - 1) / PANEL;
  const rowTiles = (p.m + TILE_ROWS - 1) / TILE_ROWS;
  if (p.byColumns) {
    const from = shareStart(panels, thread, threads);
    const to = shareStart(panels, thread + 1, threads);
    for (let s = 0; s < p.batch; s++) multiplyBlock(p, s, 0, p.m, from, to, thread);
    return;
  }
  // Tiles of all batches in a row, cut into one stretch a thread.
  const end = shareStart(p.batch * rowTiles, thread + 1, threads);
  for (let tile = shareStart(p.batch * rowTiles, thread, threads); tile < end; ) {
    const s = tile / rowTiles;
    const stop = min(end, (s + 1) * rowTiles);
    const from = (tile - s * rowTiles) * TILE_ROWS;
    const to = min(p.m, (stop - s * rowTiles) * TILE_ROWS);
    multiplyBlock(p, s, from, to, 0, panels, thread);
    tile = stop;
  }
}

/** Rows from … to of one batch, panels first … last. */
function multiplyBlock(p: MatmulParameters, s: i32, from: i32, to: i32, first: i32, last: i32, thread: i32): void {
  const n = p.n;
  const k = p.k;
  const a = p.a + <usize>s * <usize>(p.m * k) * 4;
  const c = p.c + <usize>s * <usize>(p.m * n) * 4;
  const panels = p.panels + <usize>s * <usize>((n + PANEL - 1) / PANEL) * <usize>(k * PANEL) * 4;
  const cStride = (<usize>n) << 2;
  const buffer = tileOf(thread);
  const packed = p.packed + <usize>thread * <usize>p.packedBytes;
  for (let block = from; block < to; block += BLOCK_ROWS) {
    const blockEnd = min(to, block + BLOCK_ROWS);
    for (let step = 0; step < k; step += STEPS) {
      const steps = min(STEPS, k - step);
      if (p.transposed)
        turnBlock(a + (<usize>step * <usize>p.m + <usize>block) * 4, p.m, blockEnd - block, steps, packed);
      for (let panel = first; panel < last; panel++) {
        const b = panels + (<usize>panel * <usize>k + <usize>step) * (PANEL * 4);
        const column = panel * PANEL;
        const columns = min(PANEL, n - column);
        for (let row = block; row < blockEnd; row += TILE_ROWS) {
          const rows = min(TILE_ROWS, blockEnd - row);
          const target = c + (<usize>row * <usize>n + <usize>column) * 4;
          const whole = rows === TILE_ROWS && columns === PANEL;
          let init = p.bias ? p.bias + ((<usize>column) << 2) : ZEROS;
          let initStride: usize = 0;
          if (step > 0) {
            if (!whole) copyTile(target, cStride, buffer, 32, rows, columns);
            init = whole ? target : buffer;
            initStride = whole ? cStride : 32;
          }
          const out = whole ? target : buffer;
          const outStride = whole ? cStride : 32;
          const from = p.transposed
            ? packed + <usize>(row - block) * <usize>steps * 4
            : a + (<usize>row * <usize>k + <usize>step) * 4;
          const stride = (<usize>(p.transposed ? steps : k)) << 2;
          tileRows(from, stride, rows, b, PANEL * 4, steps, init, initStride, out, outStride);
          if (!whole) copyTile(buffer, 32, target, cStride, rows, columns);
        }
      }
    }
    if (p.activation) {
      const width = min(n, last * PANEL) - first * PANEL;
      for (let row = block; row < blockEnd; row++) {
        activateRow(c + (<usize>row * <usize>n + <usize>(first * PANEL)) * 4, width, p.activation);
      }
    }
  }
}

/** Turns a block of a transposed a, so that its rows lie side by side again: to [rows, steps]. */
function turnBlock(a: usize, m: i32, rows: i32, steps: i32, to: usize): void {
  const stride = (<usize>m) << 2;
  const toStride = (<usize>steps) << 2;
  for (let row = 0; row < rows; row += 4) {
    let step = 0;
    if (row + 4 <= rows) {
      for (; step + 4 <= steps; step += 4) {
        const from = a + <usize>step * stride + ((<usize>row) << 2);
        turn(from, stride, to + <usize>row * toStride + ((<usize>step) << 2), toStride);
      }
    }
    for (; step < steps; step++) {
      for (let r = row; r < min(rows, row + 4); r++) {
        const value = load<f32>(a + <usize>step * stride + ((<usize>r) << 2));
        store<f32>(to + <usize>r * toStride + ((<usize>step) << 2), value);
      }
    }
  }
}

/** c [m, n] = activation(a [m, k] · bᵀ + bias), b [n, k]: for few rows, where packing b would cost more than it saves. */
@unmanaged
class DotsParameters {
  a: usize;
  b: usize;
  c: usize;
  bias: usize;
  m: i32;
  n: i32;
  k: i32;
  activation: i32;
}

export function dots(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<DotsParameters>(parameters);
  const end = shareStart(p.n, thread + 1, threads);
  for (let column = shareStart(p.n, thread, threads); column < end; column++) {
    const b = p.b + <usize>column * <usize>p.k * 4;
    const bias: f32 = p.bias ? load<f32>(p.bias + ((<usize>column) << 2)) : 0;
    for (let row = 0; row < p.m; row++) {
      const sum = dot(p.a + <usize>row * <usize>p.k * 4, b, p.k) + bias;
      const value = activate(p.activation, f32x4.splat(sum));
      store<f32>(p.c + (<usize>row * <usize>p.n + <usize>column) * 4, f32x4.extract_lane(value, 0));
    }
  }
}

export function dot(a: usize, b: usize, count: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = 0;
  for (; i + 16 <= count; i += 16, a += 64, b += 64) {
    s0 = madd(v128.load(a), v128.load(b), s0);
    s1 = madd(v128.load(a, 16), v128.load(b, 16), s1);
    s2 = madd(v128.load(a, 32), v128.load(b, 32), s2);
    s3 = madd(v128.load(a, 48), v128.load(b, 48), s3);
  }
  let rest: f32 = 0;
  for (; i < count; i++, a += 4, b += 4) rest += load<f32>(a) * load<f32>(b);
  return sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))) + rest;
}
