// The max pool of max.wgsl for CPUs, whose threads load one by one: windows of two side by side, four of them for two loads and
// a store, four times a thread. LENGTH_IN is a multiple of eight. Needs is-nan.wgsl and larger.wgsl. On lavapipe the network's first takes 0.17 ms
// of CPU time with it and 0.50 with max.wgsl. Prelude: ROWS, LENGTH_OUT.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;        // [ROWS · LENGTH_IN / 4]
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;  // [ROWS · LENGTH_OUT / 4]

const LANES: u32 = 16u;
const EACH: u32 = 4u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (group.y * groups.x + group.x) * LANES * EACH + lane;
  for (var j = 0u; j < EACH; j++) {
    let i = first + j * LANES;
    if (i < ROWS * LENGTH_OUT / 4u) {
      let low = x[2u * i];
      let high = x[2u * i + 1u];
      y[i] = larger(vec4f(low.xz, high.xz), vec4f(low.yw, high.yw));
    }
  }
}
