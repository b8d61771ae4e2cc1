// db = Σ dz, dw = Σ dz·x̂ with x̂ = (x − mean)·inverse deviation, each channel's chunks in order, and what dx needs of them.
// Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, TRAINING (spread is the inverse deviation, else the variance), EPSILON.
@group(0) @binding(0) var<storage, read> partial: array<vec2f>;  // [CHANNELS, CHUNKS] of (Σ dz, Σ dz·(x − mean))
@group(0) @binding(1) var<storage, read> weight: array<f32>;     // [CHANNELS]
@group(0) @binding(2) var<storage, read> mean: array<f32>;       // [CHANNELS]
@group(0) @binding(3) var<storage, read> spread: array<f32>;     // [CHANNELS]
@group(0) @binding(4) var<storage, read_write> dw: array<f32>;   // [CHANNELS]
@group(0) @binding(5) var<storage, read_write> db: array<f32>;   // [CHANNELS]
@group(0) @binding(6) var<storage, read_write> coefficients: array<vec4f>;  // [CHANNELS], see gradient-input.wgsl

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = (group.y * groups.x + group.x) * 64u + lane;
  if (channel >= CHANNELS) { return; }
  var sum = vec2f();
  for (var i = 0u; i < CHUNKS; i++) { sum += partial[channel * CHUNKS + i]; }
  var inverse_deviation = spread[channel];
  if (!TRAINING) { inverse_deviation = inverseSqrt(inverse_deviation + EPSILON); }
  let along = sum.y * inverse_deviation;
  db[channel] = sum.x;
  dw[channel] = along;
  let scale = weight[channel] * inverse_deviation;
  let count = f32(BATCH * LENGTH);
  coefficients[channel] = select(
    vec4f(scale, 0.0, 0.0, mean[channel]),
    vec4f(scale, sum.x / count, along * inverse_deviation / count, mean[channel]),
    TRAINING,
  );
}
