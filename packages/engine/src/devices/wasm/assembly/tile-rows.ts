import { madd } from './math';

/**
 * A tile (see `tile.ts`) of an a that lies in rows: row r at a + r · aStride, its steps side by side; of `rows` < 5 the last
 * is computed again. b's eight values of a step lie together, those of the next bStep further.
 */
export function tileRows(
  a: usize,
  aStride: usize,
  rows: i32,
  b: usize,
  bStep: usize,
  steps: i32,
  init: usize,
  initStride: usize,
  out: usize,
  outStride: usize,
): void {
  let a0 = a;
  let a1 = a0 + (rows > 1 ? aStride : 0);
  let a2 = a1 + (rows > 2 ? aStride : 0);
  let a3 = a2 + (rows > 3 ? aStride : 0);
  let a4 = a3 + (rows > 4 ? aStride : 0);
  let c00 = v128.load(init);
  let c01 = v128.load(init, 16);
  init += initStride;
  let c10 = v128.load(init);
  let c11 = v128.load(init, 16);
  init += initStride;
  let c20 = v128.load(init);
  let c21 = v128.load(init, 16);
  init += initStride;
  let c30 = v128.load(init);
  let c31 = v128.load(init, 16);
  init += initStride;
  let c40 = v128.load(init);
  let c41 = v128.load(init, 16);
  let b0: v128;
  let b1: v128;
  let s: v128;
  const end = b + <usize>steps * bStep;
  for (; b < end; b += bStep) {
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
  out += outStride;
  v128.store(out, c10);
  v128.store(out, c11, 16);
  out += outStride;
  v128.store(out, c20);
  v128.store(out, c21, 16);
  out += outStride;
  v128.store(out, c30);
  v128.store(out, c31, 16);
  out += outStride;
  v128.store(out, c40);
  v128.store(out, c41, 16);
}
