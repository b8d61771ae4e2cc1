// y = f((x − mean) · inverse deviation · weight + bias), one chunk of one channel a workgroup: what belongs to the channel
// is read once a thread. Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK, FROM_VARIANCE (spread is the variance, else the
// inverse deviation), EPSILON, ACTIVATION.
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS]
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS]
@group(0) @binding(3) var<storage, read> mean: array<f32>;    // [CHANNELS]
@group(0) @binding(4) var<storage, read> spread: array<f32>;  // [CHANNELS]
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [BATCH, CHANNELS, LENGTH]

const LANES: u32 = 64u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let channel = number / CHUNKS;
  let start = (number % CHUNKS) * CHUNK;
  let end = min(start + CHUNK, BATCH * LENGTH);
  var inverse_deviation = spread[channel];
  if (FROM_VARIANCE) { inverse_deviation = inverseSqrt(inverse_deviation + EPSILON); }
  let scale = inverse_deviation * weight[channel];
  let shift = bias[channel];
  let centre = mean[channel];
  for (var at = start + lane; at < end; at += LANES) {
    let i = ((at / LENGTH) * CHANNELS + channel) * LENGTH + at % LENGTH;
    y[i] = activate((x[i] - centre) * scale + shift);
  }
}
