// y[row, t] = max of window t. Prelude: see window.wgsl.
@group(0) @binding(0) var<storage, read> x: array<f32>;        // [ROWS, LENGTH_IN]
@group(0) @binding(1) var<storage, read_write> y: array<f32>;  // [ROWS, LENGTH_OUT]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= ROWS * LENGTH_OUT) { return; }
  y[i] = x[argmax(i / LENGTH_OUT, i % LENGTH_OUT)];
}
