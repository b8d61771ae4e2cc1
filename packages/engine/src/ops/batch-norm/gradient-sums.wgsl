// Σ dz and Σ dz·(x − mean) of each chunk of each channel, dz = dy·f′. Needs derivative.wgsl and workgroup-sum.wgsl.
// Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK, ACTIVATION.
@group(0) @binding(0) var<storage, read> dy: array<f32>;    // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(1) var<storage, read> x: array<f32>;     // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(2) var<storage, read> y: array<f32>;     // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(3) var<storage, read> mean: array<f32>;  // [CHANNELS]
@group(0) @binding(4) var<storage, read_write> partial: array<vec2f>;  // [CHANNELS, CHUNKS]

alias Summand = vec2f;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let channel = number / CHUNKS;
  let start = (number % CHUNKS) * CHUNK;
  let end = min(start + CHUNK, BATCH * LENGTH);
  let centre = mean[channel];
  var sum = vec2f();
  for (var at = start + lane; at < end; at += LANES) {
    let i = ((at / LENGTH) * CHANNELS + channel) * LENGTH + at % LENGTH;
    var dz = dy[i];
    if (ACTIVATION != 0u) { dz *= activation_derivative(y[i]); }
    sum += vec2f(dz, dz * (x[i] - centre));
  }
  let total = workgroup_sum(lane, sum);
  if (lane == 0u) { partial[number] = total; }
}
