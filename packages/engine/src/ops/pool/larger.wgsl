// The larger of two numbers; NaN where there is one. Comparisons with NaN are not to be relied on under fast-math.
// Needs is-nan.wgsl.
fn larger(first: vec4f, second: vec4f) -> vec4f {
  return vec4f(
    larger_of(first.x, second.x), larger_of(first.y, second.y), larger_of(first.z, second.z), larger_of(first.w, second.w),
  );
}

fn larger_of(first: f32, second: f32) -> f32 {
  return select(first, second, is_nan(second) || (second > first && !is_nan(first)));
}
