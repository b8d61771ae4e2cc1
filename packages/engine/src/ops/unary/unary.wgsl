// y[i] = f(x[i]). Prelude: COUNT, FUNCTION, ACTIVATION (the same code, for the functions activation.wgsl has).
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

fn softplus(v: f32) -> f32 {
  return select(select(v, 0.0, v < 0.0) + log(1.0 + exp(-abs(v))), v, is_nan(v));
}

fn apply(v: f32) -> f32 {
  switch FUNCTION {
    case 5u: { return safe_exp(v); }
    case 6u: { return safe_log(v); }
    case 7u: { return sqrt(v); }
    case 8u: { return v * v; }
    case 9u: { return abs(v); }
    case 10u: { return softplus(v); }
    default: { return activate(v); }
  }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  y[i] = apply(x[i]);
}
