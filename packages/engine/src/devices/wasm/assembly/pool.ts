import { shareStart, storeFirst } from './partition';

/** Window t of a row covers its samples t·stride − padding … + kernel − 1, as far as they are in the row. */
@unmanaged
class PoolParameters {
  /** [rows, lengthIn]; of an average's gradient nothing. */
  x: usize;
  /** [rows, lengthOut]: the windows' values, or their gradient. */
  y: usize;
  /** [rows, lengthIn]: the gradient of x. */
  dx: usize;
  rows: i32;
  lengthIn: i32;
  lengthOut: i32;
  kernel: i32;
  stride: i32;
  padding: i32;
}

/** Samples of x in the even and in the odd places of eight. */
export function evens(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 2, 4, 6);
}
export function odds(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 1, 3, 5, 7);
}

/** Where the second of two values wins: it is larger, or NaN. */
export function secondWins(first: v128, second: v128): v128 {
  return v128.or(f32x4.gt(second, first), f32x4.ne(second, second));
}

function isHalving(p: PoolParameters): bool {
  return p.kernel === 2 && p.stride === 2 && p.padding === 0;
}

/** The place of a window's first maximum, or of its last NaN. */
function argmax(row: usize, from: i32, to: i32): i32 {
  let best = from;
  let largest = load<f32>(row + ((<usize>from) << 2));
  for (let i = from + 1; i < to; i++) {
    const value = load<f32>(row + ((<usize>i) << 2));
    // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself.
    if (value > largest || value !== value) {
      largest = value;
      best = i;
    }
  }
  return best;
}

/** Threads share the rows. */
export function maxPool(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<PoolParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const x = p.x + <usize>row * <usize>p.lengthIn * 4;
    const y = p.y + <usize>row * <usize>p.lengthOut * 4;
    if (isHalving(p)) {
      for (let t = 0; t < p.lengthOut; t += 4) {
        const a = v128.load(x + ((<usize>t) << 3));
        const b = v128.load(x + ((<usize>t) << 3), 16);
        const first = evens(a, b);
        const second = odds(a, b);
        storeFirst(y + ((<usize>t) << 2), v128.bitselect(second, first, secondWins(first, second)), p.lengthOut - t);
      }
      continue;
    }
    for (let t = 0; t < p.lengthOut; t++) {
      const start = t * p.stride - p.padding;
      const best = argmax(x, max(0, start), min(p.lengthIn, start + p.kernel));
      store<f32>(y + ((<usize>t) << 2), load<f32>(x + ((<usize>best) << 2)));
    }
  }
}

/** A window's gradient goes to its maximum, found again in x. */
export function maxPoolGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<PoolParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const x = p.x + <usize>row * <usize>p.lengthIn * 4;
    const dx = p.dx + <usize>row * <usize>p.lengthIn * 4;
    const dy = p.y + <usize>row * <usize>p.lengthOut * 4;
    if (isHalving(p)) {
      halvingGradient(x, dx, dy, p.lengthOut);
      if (p.lengthIn & 1) store<f32>(dx + ((<usize>(p.lengthIn - 1)) << 2), 0);
      continue;
    }
    memory.fill(dx, 0, (<usize>p.lengthIn) << 2);
    for (let t = 0; t < p.lengthOut; t++) {
      const start = t * p.stride - p.padding;
      const best = dx + ((<usize>argmax(x, max(0, start), min(p.lengthIn, start + p.kernel))) << 2);
      store<f32>(best, load<f32>(best) + load<f32>(dy + ((<usize>t) << 2)));
    }
  }
}

function halvingGradient(x: usize, dx: usize, dy: usize, count: i32): void {
  for (let t = 0; t < count; t += 4) {
    const at = (<usize>t) << 3;
    const a = v128.load(x + at);
    const b = v128.load(x + at, 16);
    const slope = v128.load(dy + ((<usize>t) << 2));
    const taken = secondWins(evens(a, b), odds(a, b));
    const first = v128.andnot(slope, taken);
    const second = v128.and(slope, taken);
    const low = v128.shuffle<f32>(first, second, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(first, second, 2, 6, 3, 7);
    if (count - t >= 4) {
      v128.store(dx + at, low);
      v128.store(dx + at, high, 16);
      continue;
    }
    const left = 2 * (count - t);
    storeFirst(dx + at, low, left);
    storeFirst(dx + at + 16, high, left - 4);
  }
}

export function averagePool(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<PoolParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const x = p.x + <usize>row * <usize>p.lengthIn * 4;
    const y = p.y + <usize>row * <usize>p.lengthOut * 4;
    for (let t = 0; t < p.lengthOut; t++) {
      const start = t * p.stride - p.padding;
      const to = min(p.lengthIn, start + p.kernel);
      let total: f32 = 0;
      for (let i = max(0, start); i < to; i++) total += load<f32>(x + ((<usize>i) << 2));
      store<f32>(y + ((<usize>t) << 2), total / <f32>p.kernel);
    }
  }
}

export function averagePoolGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<PoolParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const dx = p.dx + <usize>row * <usize>p.lengthIn * 4;
    const dy = p.y + <usize>row * <usize>p.lengthOut * 4;
    memory.fill(dx, 0, (<usize>p.lengthIn) << 2);
    for (let t = 0; t < p.lengthOut; t++) {
      const start = t * p.stride - p.padding;
      const to = min(p.lengthIn, start + p.kernel);
      const slope = load<f32>(dy + ((<usize>t) << 2)) / <f32>p.kernel;
      for (let i = max(0, start); i < to; i++) {
        const at = dx + ((<usize>i) << 2);
        store<f32>(at, load<f32>(at) + slope);
      }
    }
  }
}
