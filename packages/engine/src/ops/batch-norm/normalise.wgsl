// y = f((x − mean) · inverse deviation · weight + bias). Prelude: BATCH, CHANNELS, LENGTH, FROM_VARIANCE (spread is the
// variance, else the inverse deviation), EPSILON, ACTIVATION.
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS]
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS]
@group(0) @binding(3) var<storage, read> mean: array<f32>;    // [CHANNELS]
@group(0) @binding(4) var<storage, read> spread: array<f32>;  // [CHANNELS]
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [BATCH, CHANNELS, LENGTH]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= BATCH * CHANNELS * LENGTH) { return; }
  let channel = (i / LENGTH) % CHANNELS;
  var inverse_deviation = spread[channel];
  if (FROM_VARIANCE) { inverse_deviation = inverseSqrt(inverse_deviation + EPSILON); }
  y[i] = activate((x[i] - mean[channel]) * (inverse_deviation * weight[channel]) + bias[channel]);
}
