// What gradient-sums.wgsl computes, for CPUs: a thread has a chunk for itself, so that there is neither workgroup memory nor a
// barrier, and reads four values at a time: LENGTH is a multiple of four. Needs channel-quads.wgsl, derivative.wgsl, one of
// slopes-stored.wgsl, slopes-recomputed.wgsl and slopes-pooled.wgsl. Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK (a multiple of four),
// ACTIVATION, TRAINING (spread is the inverse deviation, else the variance), EPSILON.
@group(0) @binding(3) var<storage, read> mean: array<f32>;             // [CHANNELS]
@group(0) @binding(4) var<storage, read> weight: array<f32>;           // [CHANNELS]
@group(0) @binding(5) var<storage, read> spread: array<f32>;           // [CHANNELS]
@group(0) @binding(6) var<storage, read_write> partial: array<vec2f>;  // [CHANNELS, CHUNKS] of (Σ dz, Σ dz·(x − mean))

const LANES: u32 = 16u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = (group.y * groups.x + group.x) * LANES + lane;
  if (number >= CHANNELS * CHUNKS) { return; }
  let chunk = chunk_of(number, CHUNK / 4u);
  let channel = chunk.channel;
  var inverse_deviation = spread[channel];
  if (!TRAINING) { inverse_deviation = inverseSqrt(inverse_deviation + EPSILON); }
  let centre = mean[channel];
  let scale = inverse_deviation * weight[channel];
  let shift = shift_of(channel);
  var sums = vec4f();
  var along = vec4f();
  for (var at = chunk.start; at < chunk.end; at++) {
    let i = place_of(channel, at);
    let centred = x[i] - centre;
    let dz = slopes(i, centred * scale + shift);
    sums += dz;
    along += dz * centred;
  }
  partial[number] = vec2f((sums.x + sums.y) + (sums.z + sums.w), (along.x + along.y) + (along.z + along.w));
}
