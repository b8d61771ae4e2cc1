// dz = dy·f′ of four neighbours, from y = f(z) computed again: arithmetic is cheaper than reading it. Needs derivative.wgsl.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;   // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(1) var<storage, read> x: array<vec4f>;    // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(2) var<storage, read> bias: array<f32>;   // [CHANNELS]

fn shift_of(channel: u32) -> f32 {
  return bias[channel];
}

fn slope(v: f32) -> f32 {
  return activation_derivative(activate(v));
}

fn slopes(i: u32, z: vec4f) -> vec4f {
  if (ACTIVATION == 0u) { return dy[i]; }
  return dy[i] * vec4f(slope(z.x), slope(z.y), slope(z.z), slope(z.w));
}
