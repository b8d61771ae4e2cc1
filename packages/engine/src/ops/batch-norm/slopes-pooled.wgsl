// slopes-recomputed.wgsl where dy comes from a max pool by windows of two: of each pair the maximum has the gradient.
// Needs derivative.wgsl and pair-gradients.wgsl (pool/).
@group(0) @binding(0) var<storage, read> dy: array<vec2f>;   // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(1) var<storage, read> x: array<vec4f>;    // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(2) var<storage, read> bias: array<f32>;   // [CHANNELS]

fn shift_of(channel: u32) -> f32 {
  return bias[channel];
}

fn slopes(i: u32, z: vec4f) -> vec4f {
  return pair_gradients(dy[i], vec4f(activate(z.x), activate(z.y), activate(z.z), activate(z.w)));
}
