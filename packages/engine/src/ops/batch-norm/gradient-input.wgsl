// dx = scale · (dz − mean dz − (x − mean) · slope), coefficients = (scale, mean dz, slope, mean): the batch's mean and
// variance move with x, which takes away dz's part along 1 and along x. Running statistics do not, and both are 0.
// Prelude: BATCH, CHANNELS, LENGTH, TRAINING, ACTIVATION.
@group(0) @binding(0) var<storage, read> dy: array<f32>;  // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(1) var<storage, read> x: array<f32>;   // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(2) var<storage, read> y: array<f32>;   // [BATCH, CHANNELS, LENGTH]
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>;  // [CHANNELS]
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;        // [BATCH, CHANNELS, LENGTH]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= BATCH * CHANNELS * LENGTH) { return; }
  let channel = coefficients[(i / LENGTH) % CHANNELS];
  var dz = dy[i];
  if (ACTIVATION != 0u) { dz *= activation_derivative(y[i]); }
  if (TRAINING) { dz -= channel.y + (x[i] - channel.w) * channel.z; }
  dx[i] = channel.x * dz;
}
