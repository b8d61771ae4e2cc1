import { madd } from './math';

/**
 * Adds to the tile `sums` (see `tile.ts`) the products of an a that lies in columns: the five values of a step side by side,
 * those of the next aStep further; b as in `tileRows`. The kernels' exports name it so that the compiler does not put it into
 * its only caller, whose loops would take its registers: there it took twice as long.
 */
export function tileColumns(a: usize, aStep: usize, b: usize, bStep: usize, steps: i32, sums: usize): void {
  let c00 = v128.load(sums);
  let c01 = v128.load(sums, 16);
  let c10 = v128.load(sums, 32);
  let c11 = v128.load(sums, 48);
  let c20 = v128.load(sums, 64);
  let c21 = v128.load(sums, 80);
  let c30 = v128.load(sums, 96);
  let c31 = v128.load(sums, 112);
  let c40 = v128.load(sums, 128);
  let c41 = v128.load(sums, 144);
  let b0: v128;
  let b1: v128;
  let s: v128;
  const end = b + <usize>steps * bStep;
  for (; b < end; b += bStep) {
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a, 16);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    a += aStep;
  }
  v128.store(sums, c00);
  v128.store(sums, c01, 16);
  v128.store(sums, c10, 32);
  v128.store(sums, c11, 48);
  v128.store(sums, c20, 64);
  v128.store(sums, c21, 80);
  v128.store(sums, c30, 96);
  v128.store(sums, c31, 112);
  v128.store(sums, c40, 128);
  v128.store(sums, c41, 144);
}
