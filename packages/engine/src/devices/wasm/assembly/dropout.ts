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

/** Threefry-2x32 with 20 rounds, its first word, for four counters at once; `random/threefry.ts` says more. */
function threefry(k0: i32, k1: i32, c0: v128, c1: v128): v128 {
  const k2 = PARITY ^ k0 ^ k1;
  let x = i32x4.add(c0, i32x4.splat(k0));
  let y = i32x4.add(c1, i32x4.splat(k1));
  for (let group = 1; group <= 5; group++) {
    const odd = group & 1;
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 13 : 17), x);
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 15 : 29), x);
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 26 : 16), x);
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 6 : 24), x);
    const turn = group % 3;
    x = i32x4.add(x, i32x4.splat(turn === 0 ? k0 : turn === 1 ? k1 : k2));
    y = i32x4.add(y, i32x4.splat((turn === 0 ? k1 : turn === 1 ? k2 : k0) + group));
  }
  return x;
}

function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}
