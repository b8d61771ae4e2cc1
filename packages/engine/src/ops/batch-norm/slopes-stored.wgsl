// dz = dy·f′ of four neighbours, from y as it was stored. Needs derivative.wgsl.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;  // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(1) var<storage, read> x: array<vec4f>;   // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(2) var<storage, read> y: array<vec4f>;   // [BATCH, CHANNELS, LENGTH / 4]

fn shift_of(channel: u32) -> f32 {
  return 0.0;
}

fn slopes(i: u32, z: vec4f) -> vec4f {
  if (ACTIVATION == 0u) { return dy[i]; }
  let values = y[i];
  return dy[i] * vec4f(
    activation_derivative(values.x), activation_derivative(values.y),
    activation_derivative(values.z), activation_derivative(values.w),
  );
}
