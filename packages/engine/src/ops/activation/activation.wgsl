// Needs is-nan.wgsl before it. Prelude: ACTIVATION (0 none, 1 relu, 2 tanh, 3 sigmoid, 4 gelu).

// Some drivers overflow tanh and exp for large arguments; both have long saturated where these clamps begin.
fn safe_tanh(x: f32) -> f32 {
  return select(tanh(clamp(x, -15.0, 15.0)), x, is_nan(x));
}

fn safe_sigmoid(x: f32) -> f32 {
  return select(1.0 / (1.0 + exp(-clamp(x, -87.0, 87.0))), x, is_nan(x));
}

// Gaussian error linear unit in the tanh form (Hendrycks & Gimpel 2016, eq. 2).
fn gelu(x: f32) -> f32 {
  return 0.5 * x * (1.0 + safe_tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}

fn activate(x: f32) -> f32 {
  switch ACTIVATION {
    case 1u: { return select(x, 0.0, x < 0.0); }
    case 2u: { return safe_tanh(x); }
    case 3u: { return safe_sigmoid(x); }
    case 4u: { return gelu(x); }
    default: { return x; }
  }
}
