// dx = scale · (dz − mean dz − (x − mean) · slope), coefficients = (scale, mean dz, slope, mean): the batch's mean and
// variance move with x, which takes away dz's part along 1 and along x. Running statistics do not, and both are 0.
// One chunk of one channel a workgroup. Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK, TRAINING, ACTIVATION.
@group(0) @binding(0) var<storage, read> dy: array<f32>;  // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(1) var<storage, read> x: array<f32>;   // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(2) var<storage, read> y: array<f32>;   // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>;  // [CHANNELS]
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;        // [BATCH, CHANNELS, LENGTH]

const LANES: u32 = 64u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let channel = number / CHUNKS;
  let start = (number % CHUNKS) * CHUNK;
  let end = min(start + CHUNK, BATCH * LENGTH);
  let own = coefficients[channel];
  for (var at = start + lane; at < end; at += LANES) {
    let i = ((at / LENGTH) * CHANNELS + channel) * LENGTH + at % LENGTH;
    var dz = dy[i];
    if (ACTIVATION != 0u) { dz *= activation_derivative(y[i]); }
    if (TRAINING) { dz -= own.y + (x[i] - own.w) * own.z; }
    dx[i] = own.x * dz;
  }
}
