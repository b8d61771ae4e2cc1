import { sumLanes } from './math';
import { shareStart, storeFirst } from './partition';

/** y [outer, inner] = factor · Σ over the middle of x [outer, reduced, inner]. */
@unmanaged
class ReduceParameters {
  x: usize;
  y: usize;
  outer: i32;
  reduced: i32;
  inner: i32;
  factor: f32;
}

/** Rows summed at once before they are added to the total, so that rounding grows with the blocks, not the rows. */
const BLOCK = 64;

/** Threads share the outer positions and, where there are several inner ones, groups of 16 of those. */
export function reduce(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<ReduceParameters>(parameters);
  if (p.inner === 1) {
    const end = shareStart(p.outer, thread + 1, threads);
    for (let o = shareStart(p.outer, thread, threads); o < end; o++) {
      store<f32>(p.y + ((<usize>o) << 2), sumRow(p.x + <usize>o * <usize>p.reduced * 4, p.reduced) * p.factor);
    }
    return;
  }
  const groups = (p.inner + 15) / 16;
  const end = shareStart(p.outer * groups, thread + 1, threads);
  for (let unit = shareStart(p.outer * groups, thread, threads); unit < end; unit++) {
    const o = unit / groups;
    const from = (unit % groups) * 16;
    const x = p.x + (<usize>o * <usize>p.reduced * <usize>p.inner + <usize>from) * 4;
    const y = p.y + (<usize>o * <usize>p.inner + <usize>from) * 4;
    sumColumns(x, (<usize>p.inner) << 2, p.reduced, y, min(16, p.inner - from), f32x4.splat(p.factor));
  }
}

/** Σ of `count` values side by side: four lanes in four chains, then blocks. */
export function sumRow(x: usize, count: i32): f32 {
  let total: f32 = 0;
  let i = 0;
  for (; i + 16 <= count; ) {
    const end = min(count & ~15, i + 16 * BLOCK);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (; i < end; i += 16, x += 64) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
    }
    total += sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  let rest: f32 = 0;
  for (; i < count; i++, x += 4) rest += load<f32>(x);
  return total + rest;
}

/** y = factor · sums of up to 16 neighbouring columns over `rows` rows, `stride` bytes apart. */
export function sumColumns(x: usize, stride: usize, rows: i32, y: usize, columns: i32, factor: v128): void {
  const zero = f32x4.splat(0);
  let t0 = zero;
  let t1 = zero;
  let t2 = zero;
  let t3 = zero;
  for (let row = 0; row < rows; ) {
    const end = min(rows, row + BLOCK);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    for (; row < end; row++, x += stride) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
    }
    t0 = f32x4.add(t0, s0);
    t1 = f32x4.add(t1, s1);
    t2 = f32x4.add(t2, s2);
    t3 = f32x4.add(t3, s3);
  }
  storeFirst(y, f32x4.mul(t0, factor), columns);
  storeFirst(y + 16, f32x4.mul(t1, factor), columns - 4);
  storeFirst(y + 32, f32x4.mul(t2, factor), columns - 8);
  storeFirst(y + 48, f32x4.mul(t3, factor), columns - 12);
}
