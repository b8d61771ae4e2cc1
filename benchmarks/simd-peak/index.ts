/**
 * Nothing but multiplications and additions, in twelve chains that stay in registers: 96 operations a turn, and as fast as
 * 128-bit vectors get on this core. c ← c/2 + 1/2 from 1 on, so that every value stays 1.
 */
export function multiplyAndAdd(turns: i32): f32 {
  const half = f32x4.splat(0.5);
  let c0 = f32x4.splat(1);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  let c8 = c0;
  let c9 = c0;
  let c10 = c0;
  let c11 = c0;
  for (let turn = 0; turn < turns; turn++) {
    c0 = step(c0, half);
    c1 = step(c1, half);
    c2 = step(c2, half);
    c3 = step(c3, half);
    c4 = step(c4, half);
    c5 = step(c5, half);
    c6 = step(c6, half);
    c7 = step(c7, half);
    c8 = step(c8, half);
    c9 = step(c9, half);
    c10 = step(c10, half);
    c11 = step(c11, half);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(c4, c5));
  const high = f32x4.add(f32x4.add(f32x4.add(c6, c7), f32x4.add(c8, c9)), f32x4.add(c10, c11));
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

function step(c: v128, half: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(c, half, half);
  return f32x4.add(f32x4.mul(c, half), half);
}
