// The gradient of windows of two side by side, four samples at a time, for CPUs, whose threads load one by one: LENGTH_IN is a
// multiple of four. With ACTIVATION also through y = f(z), of which `x` is y: a pool's and an activation's gradient in one.
// Needs derivative.wgsl and pair-gradients.wgsl. Prelude: ROWS, LENGTH_IN, ACTIVATION.
@group(0) @binding(0) var<storage, read> dy: array<vec2f>;        // [ROWS · LENGTH_IN / 4]
@group(0) @binding(1) var<storage, read> x: array<vec4f>;         // [ROWS · LENGTH_IN / 4]
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;  // [ROWS · LENGTH_IN / 4]

const LANES: u32 = 16u;
const EACH: u32 = 4u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (group.y * groups.x + group.x) * LANES * EACH + lane;
  for (var j = 0u; j < EACH; j++) {
    let i = first + j * LANES;
    if (i < ROWS * LENGTH_IN / 4u) { dx[i] = pair_gradients(dy[i], x[i]); }
  }
}
