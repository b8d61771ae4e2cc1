// dx[i] = dy[i] · f'(x[i]), from x or from y = f(x), whichever the function's derivative is written in.
// Prelude: COUNT, FUNCTION, ACTIVATION.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> value: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn derivative(v: f32) -> f32 {
  switch FUNCTION {
    case 1u: { return select(select(0.0, 1.0, v > 0.0), v, is_nan(v)); }
    case 2u: { return 1.0 - v * v; }
    case 3u: { return v * (1.0 - v); }
    case 4u: {
      let t = safe_tanh(0.7978845608028654 * (v + 0.044715 * v * v * v));
      return 0.5 * (1.0 + t) + 0.5 * v * (1.0 - t * t) * 0.7978845608028654 * (1.0 + 0.134145 * v * v);
    }
    case 5u: { return v; }
    case 6u: { return 1.0 / v; }
    case 7u: { return 0.5 / v; }
    case 8u: { return 2.0 * v; }
    case 9u: { return select(sign(v), v, is_nan(v)); }
    default: { return safe_sigmoid(v); }
  }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  dx[i] = dy[i] * derivative(value[i]);
}
