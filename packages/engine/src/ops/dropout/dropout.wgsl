// y = x · mask / (1 − probability): an element is kept where its random number of 24 bits reaches THRESHOLD. A dropped one
// is multiplied by 0 rather than set to it, so that NaN stays NaN.
// Prelude: COUNT, STREAM, THRESHOLD, FACTOR (1 / (1 − probability)).
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> seed: array<u32>;  // []
@group(0) @binding(2) var<storage, read> step: array<u32>;  // []
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  let bits = threefry(vec2u(seed[0], STREAM), vec2u(i, step[0])).x;
  y[i] = x[i] * select(0.0, FACTOR, (bits >> 8u) >= THRESHOLD);
}
