/** Five vectors of zeros, in memory so that no compiler knows their products. */
const ZEROS = memory.data(80);

/**
 * Nothing but multiplications, additions and the loads without which compilers would leave them out: ten sums, each of products
 * that wait for nothing, 80 operations a turn, and as fast as 128-bit vectors get on this core. (A chain that multiplies and
 * adds in turn is bound by both latencies: twelve of those reach 52 GFLOP/s where this reaches 63 and the core 65.)
 * Every sum stays 1.
 */
export function multiplyAndAdd(turns: i32): f32 {
  const b0 = v128.load(ZEROS);
  const b1 = v128.load(ZEROS, 16);
  let s: v128;
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
  for (let turn = 0; turn < turns; turn++) {
    s = v128.load(ZEROS);
    c0 = step(s, b0, c0);
    c1 = step(s, b1, c1);
    s = v128.load(ZEROS, 16);
    c2 = step(s, b0, c2);
    c3 = step(s, b1, c3);
    s = v128.load(ZEROS, 32);
    c4 = step(s, b0, c4);
    c5 = step(s, b1, c5);
    s = v128.load(ZEROS, 48);
    c6 = step(s, b0, c6);
    c7 = step(s, b1, c7);
    s = v128.load(ZEROS, 64);
    c8 = step(s, b0, c8);
    c9 = step(s, b1, c9);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), c4);
  const high = f32x4.add(f32x4.add(f32x4.add(c5, c6), f32x4.add(c7, c8)), c9);
  return f32x4.extract_lane(f32x4.add(low, high), 0);
}

function step(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
