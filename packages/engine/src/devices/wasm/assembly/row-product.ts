import { madd } from './math';

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
