// Mean and Σ(x − mean)² of each chunk of each channel: two passes over the chunk, never E[x²] − E[x]², whose difference
// f32 cannot hold for a channel far from zero. Needs workgroup-sum.wgsl. Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK.
@group(0) @binding(0) var<storage, read> x: array<f32>;  // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(1) var<storage, read_write> partial: array<vec2f>;  // [CHANNELS, CHUNKS] of (mean, centred squares)

alias Summand = f32;

fn load(channel: u32, at: u32) -> f32 {
  return x[((at / LENGTH) * CHANNELS + channel) * LENGTH + at % LENGTH];
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let channel = number / CHUNKS;
  let start = (number % CHUNKS) * CHUNK;
  let end = min(start + CHUNK, BATCH * LENGTH);
  var sum = 0.0;
  for (var at = start + lane; at < end; at += LANES) { sum += load(channel, at); }
  let mean = workgroup_sum(lane, sum) / f32(end - start);
  var squares = 0.0;
  for (var at = start + lane; at < end; at += LANES) {
    let centred = load(channel, at) - mean;
    squares += centred * centred;
  }
  let centred_squares = workgroup_sum(lane, squares);
  if (lane == 0u) { partial[number] = vec2f(mean, centred_squares); }
}
