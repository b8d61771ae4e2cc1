// Fast-math may delete `x != x`, so a NaN is told by its bits.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

// SwiftShader's exp and log make ordinary numbers of NaN.
fn safe_exp(x: f32) -> f32 {
  return select(exp(x), x, is_nan(x));
}
fn safe_log(x: f32) -> f32 {
  return select(log(x), x, is_nan(x));
}
