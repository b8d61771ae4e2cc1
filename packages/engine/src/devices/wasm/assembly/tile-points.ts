import { madd } from './math';
import { TILE_BYTES } from './tile';

/**
 * Tiles (see `tile.ts`) of several products of one shape, each like `tileRows` from zeros: a's next product begins `aPoint` bytes
 * on, those of b and out behind the one before. Where a product has 24 to 64 steps, starting it with a call of its own took 3 to
 * 6 % of a convolution's time. Exported for the reason that `tileColumns` has.
 */
export function tilePoints(
  a: usize,
  aStride: usize,
  rows: i32,
  aPoint: usize,
  b: usize,
  steps: i32,
  out: usize,
  points: i32,
): void {
  const stride1 = rows > 1 ? aStride : 0;
  const stride2 = rows > 2 ? aStride : 0;
  const stride3 = rows > 3 ? aStride : 0;
  const stride4 = rows > 4 ? aStride : 0;
  for (; points > 0; points--, a += aPoint, out += TILE_BYTES) {
    let a0 = a;
    let a1 = a0 + stride1;
    let a2 = a1 + stride2;
    let a3 = a2 + stride3;
    let a4 = a3 + stride4;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    let c40 = c00;
    let c41 = c00;
    let b0: v128;
    let b1: v128;
    let s: v128;
    const end = b + ((<usize>steps) << 5);
    for (; b < end; b += 32) {
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      s = v128.load32_splat(a0);
      c00 = madd(s, b0, c00);
      c01 = madd(s, b1, c01);
      s = v128.load32_splat(a1);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
      s = v128.load32_splat(a2);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
      s = v128.load32_splat(a3);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
      s = v128.load32_splat(a4);
      c40 = madd(s, b0, c40);
      c41 = madd(s, b1, c41);
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
    }
    v128.store(out, c00);
    v128.store(out, c01, 16);
    v128.store(out, c10, 32);
    v128.store(out, c11, 48);
    v128.store(out, c20, 64);
    v128.store(out, c21, 80);
    v128.store(out, c30, 96);
    v128.store(out, c31, 112);
    v128.store(out, c40, 128);
    v128.store(out, c41, 144);
  }
}
