// f′ of the activation, from y = f(x): all of them can be told from it. Needs activation.wgsl before it.
fn activation_derivative(y: f32) -> f32 {
  switch ACTIVATION {
    case 1u: { return select(select(0.0, 1.0, y > 0.0), y, is_nan(y)); }
    case 2u: { return 1.0 - y * y; }
    case 3u: { return y * (1.0 - y); }
    default: { return 1.0; }
  }
}
