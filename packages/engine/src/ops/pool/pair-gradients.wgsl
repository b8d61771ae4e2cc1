// The gradients of four neighbours y = f(z) by z, from those of the max pool of their two pairs: the first maximum has it, the
// last NaN where there is one. Needs derivative.wgsl.
fn second_wins(first: f32, second: f32) -> bool {
  return is_nan(second) || (second > first && !is_nan(first));
}

fn pair_gradients(dy: vec2f, y: vec4f) -> vec4f {
  let left = second_wins(y.x, y.y);
  let right = second_wins(y.z, y.w);
  let own = vec4f(select(dy.x, 0.0, left), select(0.0, dy.x, left), select(dy.y, 0.0, right), select(0.0, dy.y, right));
  if (ACTIVATION == 0u) { return own; }
  return own * vec4f(
    activation_derivative(y.x), activation_derivative(y.y), activation_derivative(y.z), activation_derivative(y.w),
  );
}
