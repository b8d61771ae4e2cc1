import { alignedShare, storeFirst } from './partition';

const PARITY: i32 = 0x1bd11bda;

@unmanaged
class DropoutParameters {
  x: usize;
  /** u32. */
  seed: usize;
  step: usize;
  y: usize;
  count: i32;
  stream: i32;
  /** Random numbers of 24 bits below this drop their element. */
  threshold: i32;
  factor: f32;
}

/** y = factor · x, or 0 · x where the element's random number says so. */
export function dropout(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<DropoutParameters>(parameters);
  const end = alignedShare(p.count, 16, thread + 1, threads);
  const seed = load<i32>(p.seed);
  const step = i32x4.splat(load<i32>(p.step));
  const threshold = i32x4.splat(p.threshold);
  const factor = f32x4.splat(p.factor);
  for (let i = alignedShare(p.count, 16, thread, threads); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const index = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3));
    const kept = i32x4.ge_s(i32x4.shr_u(threefry(seed, p.stream, index, step), 8), threshold);
    storeFirst(p.y + at, f32x4.mul(v128.load(p.x + at), v128.and(factor, kept)), end - i);
  }
}

/**
 * Threefry-2x32 with 20 rounds, its first word, for four counters at once; `random/threefry.ts` says more. Written out,
 * because rotations by a constant are two instructions and others four.
 */
function threefry(k0: i32, k1: i32, c0: v128, c1: v128): v128 {
  const keys0 = i32x4.splat(k0);
  const keys1 = i32x4.splat(k1);
  const keys2 = i32x4.splat(PARITY ^ k0 ^ k1);
  let x = i32x4.add(c0, keys0);
  let y = i32x4.add(c1, keys1);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 13), i32x4.shr_u(y, 19)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 15), i32x4.shr_u(y, 17)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 26), i32x4.shr_u(y, 6)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 6), i32x4.shr_u(y, 26)), x);
  x = i32x4.add(x, keys1);
  y = i32x4.add(y, i32x4.add(keys2, i32x4.splat(1)));
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 17), i32x4.shr_u(y, 15)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 29), i32x4.shr_u(y, 3)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 16), i32x4.shr_u(y, 16)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 24), i32x4.shr_u(y, 8)), x);
  x = i32x4.add(x, keys2);
  y = i32x4.add(y, i32x4.add(keys0, i32x4.splat(2)));
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 13), i32x4.shr_u(y, 19)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 15), i32x4.shr_u(y, 17)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 26), i32x4.shr_u(y, 6)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 6), i32x4.shr_u(y, 26)), x);
  x = i32x4.add(x, keys0);
  y = i32x4.add(y, i32x4.add(keys1, i32x4.splat(3)));
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 17), i32x4.shr_u(y, 15)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 29), i32x4.shr_u(y, 3)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 16), i32x4.shr_u(y, 16)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 24), i32x4.shr_u(y, 8)), x);
  x = i32x4.add(x, keys1);
  y = i32x4.add(y, i32x4.add(keys2, i32x4.splat(4)));
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 13), i32x4.shr_u(y, 19)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 15), i32x4.shr_u(y, 17)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 26), i32x4.shr_u(y, 6)), x);
  x = i32x4.add(x, y);
  y = v128.xor(v128.or(i32x4.shl(y, 6), i32x4.shr_u(y, 26)), x);
  x = i32x4.add(x, keys2);
  y = i32x4.add(y, i32x4.add(keys0, i32x4.splat(5)));
  return x;
}
