/** a·b + c. One rounding with relaxed SIMD, two without. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Constants of the functions below, in memory: one broadcasting load each, where V8 builds a vector constant from
 * general registers in five instructions every time it is used.
 */
const CONSTANTS = memory.data<f32>([
  // 0: bounds of x, log₂ e, 1.5 · 2²³, and −ln 2 in two parts.
  100, -110,
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: memory.data takes literals only.
  1.44269504, 12582912, -0.693359375, 2.1219444e-4,
  // 6: eʳ = 1 + r + r² · P(r).
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
  // 12: one.
  1,
  // 13: tanh x = x + x · z · P(z), z = x², up to 0.625.
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1, 0.625,
  // 19: bound of 2x, beyond which tanh x is 1.
  40,
  // 20: bounds of x, beyond which sigmoid x is 1 or 0, and what e⁻ˣ has with the other sign.
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: memory.data takes literals only.
  80, -89, -1.44269504, 0.693359375, -2.1219444e-4, -1.3981999507e-3, -4.1665795894e-2, -5.0000001201e-1,
  // 28: the exponent −1.
  0.5,
]);

function constant(index: usize): v128 {
  return v128.load32_splat(CONSTANTS + (index << 2));
}

/** eʳ for |r| ≤ ln 2 / 2. */
function expNearZero(r: v128): v128 {
  let p = madd(constant(6), r, constant(7));
  p = madd(p, r, constant(8));
  p = madd(p, r, constant(9));
  p = madd(p, r, constant(10));
  p = madd(p, r, constant(11));
  p = madd(p, f32x4.mul(r, r), r);
  return f32x4.add(p, constant(12));
}

/**
 * eˣ, relative error below 2⁻²², to 0 and ∞ beyond the range of numbers; NaN stays NaN. x = n·ln 2 + r, a polynomial for
 * eʳ on |r| ≤ ln 2 / 2 (S. Moshier's Cephes, expf), and 2ⁿ multiplied on in two halves, so that neither large nor
 * subnormal results need a case of their own.
 */
export function exp(x: v128): v128 {
  // pmin and pmax give their first operand back when it is NaN.
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(0)), constant(1));
  const shift = constant(3);
  const shifted = madd(bounded, constant(2), shift);
  const n = f32x4.sub(shifted, shift);
  let r = madd(n, constant(4), bounded);
  r = madd(n, constant(5), r);
  const p = expNearZero(r);
  const one = constant(12);
  // One's bits are the exponent 0; adding n to it in place gives 2ⁿ.
  const whole = i32x4.sub(shifted, shift);
  const half = i32x4.shr_s(whole, 1);
  const first = i32x4.add(i32x4.shl(half, 23), one);
  const second = i32x4.add(i32x4.shl(i32x4.sub(whole, half), 23), one);
  return f32x4.mul(f32x4.mul(p, first), second);
}

/**
 * 1 / (1 + e⁻ˣ), relative error below 2⁻²¹ where the result is a normal number. e⁻ˣ is computed as by `exp`, to the same bits,
 * with fewer instructions: where it is so small that the halves of 2ⁿ are needed, 1 + e⁻ˣ is 1; and r is kept with the other
 * sign, so that x needs no negation.
 */
export function sigmoid(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, constant(20)), constant(21));
  const shift = constant(3);
  const shifted = madd(bounded, constant(22), shift);
  const n = f32x4.sub(shifted, shift);
  let r = madd(n, constant(23), bounded);
  r = madd(n, constant(24), r);
  let p = madd(constant(6), r, constant(25));
  p = madd(p, r, constant(8));
  p = madd(p, r, constant(26));
  p = madd(p, r, constant(10));
  p = madd(p, r, constant(27));
  p = madd(p, f32x4.mul(r, r), r);
  const one = constant(12);
  // 2ⁿ⁻¹, whose exponent fits also where 2ⁿ is ∞; the low bits of `shifted` are n.
  const half = f32x4.mul(f32x4.sub(one, p), i32x4.add(i32x4.shl(shifted, 23), constant(28)));
  return f32x4.div(one, f32x4.add(one, f32x4.add(half, half)));
}

/** The same of `count` values in place, a multiple of 4. */
export function sigmoidRow(x: usize, count: i32): void {
  for (; count > 0; count -= 4, x += 16) v128.store(x, sigmoid(v128.load(x)));
}

/** `exp` for numbers from 0 to 40, to the same bits: 2ⁿ in one. */
function expUpTo40(x: v128): v128 {
  const shift = constant(3);
  const shifted = madd(x, constant(2), shift);
  const n = f32x4.sub(shifted, shift);
  let r = madd(n, constant(4), x);
  r = madd(n, constant(5), r);
  return f32x4.mul(expNearZero(r), i32x4.add(i32x4.shl(shifted, 23), constant(12)));
}

/** Relative error below 2⁻²¹. Near 0 Cephes' odd polynomial (tanhf), elsewhere 1 − 2/(e²ˣ + 1) with x's sign. */
export function tanh(x: v128): v128 {
  const one = constant(12);
  const size = f32x4.abs(x);
  const power = expUpTo40(f32x4.pmin(f32x4.add(size, size), constant(19)));
  const far = f32x4.sub(one, f32x4.div(f32x4.add(one, one), f32x4.add(power, one)));
  const sign = v128.xor(x, size);
  const z = f32x4.mul(x, x);
  let p = madd(constant(13), z, constant(14));
  p = madd(p, z, constant(15));
  p = madd(p, z, constant(16));
  p = madd(p, z, constant(17));
  const near = madd(f32x4.mul(p, z), x, x);
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, constant(18)));
}

/** The same of `count` values in place, a multiple of 4. */
export function tanhRow(x: usize, count: i32): void {
  for (; count > 0; count -= 4, x += 16) v128.store(x, tanh(v128.load(x)));
}

/**
 * Natural logarithm, relative error below 2⁻²² away from 1 and absolute below 2⁻²³ near it (Cephes, logf). 0 gives −∞,
 * a negative number NaN.
 */
export function log(x: v128): v128 {
  // Subnormals are brought into the normal range, 23 powers of two up.
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  const exponent = i32x4.sub(i32x4.shr_u(scaled, 23), i32x4.splat(126));
  let e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(tiny, f32x4.splat(23)));
  let m = v128.or(v128.and(scaled, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, f32x4.splat(<f32>Math.SQRT1_2));
  e = f32x4.sub(e, v128.and(low, f32x4.splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), f32x4.splat(1));
  const z = f32x4.mul(m, m);
  let p = madd(f32x4.splat(7.0376836292e-2), m, f32x4.splat(-1.151461031e-1));
  p = madd(p, m, f32x4.splat(1.167699874e-1));
  p = madd(p, m, f32x4.splat(-1.2420140846e-1));
  p = madd(p, m, f32x4.splat(1.4249322787e-1));
  p = madd(p, m, f32x4.splat(-1.6668057665e-1));
  p = madd(p, m, f32x4.splat(2.0000714765e-1));
  p = madd(p, m, f32x4.splat(-2.4999993993e-1));
  p = madd(p, m, f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  p = madd(e, f32x4.splat(-2.1219444e-4), p);
  p = madd(z, f32x4.splat(-0.5), p);
  const finite = madd(e, f32x4.splat(0.693359375), f32x4.add(m, p));
  const infinity = f32x4.splat(Infinity);
  const zero = f32x4.eq(x, f32x4.splat(0));
  let y = v128.bitselect(f32x4.neg(infinity), finite, zero);
  y = v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(x, f32x4.splat(0)));
  // ∞ and NaN are their own logarithm; the comparison is false for both.
  return v128.bitselect(y, x, f32x4.lt(x, infinity));
}

/** x/2 · (1 + tanh(√(2/π)(x + 0.044715x³))). */
export function gelu(x: v128): v128 {
  const half = f32x4.mul(f32x4.splat(0.5), x);
  return madd(half, tanh(geluArgument(x)), half);
}

/** √(2/π)(x + 0.044715x³). */
export function geluArgument(x: v128): v128 {
  const cubic = f32x4.mul(f32x4.splat(0.044715), f32x4.mul(x, x));
  return f32x4.mul(f32x4.splat(0.797884561), madd(cubic, x, x));
}

/** log(1 + eˣ) without overflow: what 1 + e rounds away is added back to first order. */
export function softplus(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp(f32x4.neg(f32x4.abs(x)));
  const u = f32x4.add(one, e);
  const lost = f32x4.div(f32x4.sub(e, f32x4.sub(u, one)), u);
  return f32x4.add(relu(x), f32x4.add(log(u), lost));
}

/** max(x, 0); NaN stays NaN. */
export function relu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}

/** `none` and `relu` are max(x, floor), so that the loops that apply them need no call; see `activationFloor`. */
export function activateFast(code: i32, floor: v128, x: v128): v128 {
  return code < 2 ? f32x4.pmax(x, floor) : activate(code, x);
}

export function activationFloor(code: i32): v128 {
  return f32x4.splat(code === 1 ? 0 : -Infinity);
}

/** The device's `Activation` codes. */
export function activate(code: i32, x: v128): v128 {
  if (code === 1) return relu(x);
  if (code === 2) return tanh(x);
  if (code === 3) return sigmoid(x);
  return x;
}

/** Sum of the four lanes, pairwise. */
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}
