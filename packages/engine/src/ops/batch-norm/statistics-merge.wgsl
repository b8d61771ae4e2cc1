// A channel's statistics from its chunks' (Chan, Golub & LeVeque 1979: centred squares add up, plus those of the chunks'
// means), and the running ones moved towards them. Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK, MOMENTUM, EPSILON.
@group(0) @binding(0) var<storage, read> partial: array<vec2f>;  // [CHANNELS, CHUNKS] of (mean, centred squares)
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;               // [CHANNELS]
@group(0) @binding(2) var<storage, read_write> inverse_deviation: array<f32>;  // [CHANNELS]
@group(0) @binding(3) var<storage, read_write> running_mean: array<f32>;       // [CHANNELS]
@group(0) @binding(4) var<storage, read_write> running_variance: array<f32>;   // [CHANNELS]

const COUNT: u32 = BATCH * LENGTH;

fn count(chunk: u32) -> f32 {
  return f32(min(CHUNK, COUNT - chunk * CHUNK));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = (group.y * groups.x + group.x) * 64u + lane;
  if (channel >= CHANNELS) { return; }
  // Relative to the first chunk's mean, so that a channel far from zero loses no digits to the sum.
  let first = partial[channel * CHUNKS].x;
  // An infinite mean is no origin: the others relative to it, and its own, would make NaN of the sum.
  let origin = select(first, 0.0, abs(first) > 3e38);
  var sum = 0.0;
  for (var i = 0u; i < CHUNKS; i++) { sum += count(i) * (partial[channel * CHUNKS + i].x - origin); }
  let channel_mean = origin + sum / f32(COUNT);
  var squares = 0.0;
  for (var i = 0u; i < CHUNKS; i++) {
    let chunk = partial[channel * CHUNKS + i];
    let shift = chunk.x - channel_mean;
    squares += chunk.y + count(i) * shift * shift;
  }
  mean[channel] = channel_mean;
  inverse_deviation[channel] = inverseSqrt(squares / f32(COUNT) + EPSILON);
  running_mean[channel] = (1.0 - MOMENTUM) * running_mean[channel] + MOMENTUM * channel_mean;
  running_variance[channel] = (1.0 - MOMENTUM) * running_variance[channel] + MOMENTUM * squares / f32(COUNT - 1u);
}
