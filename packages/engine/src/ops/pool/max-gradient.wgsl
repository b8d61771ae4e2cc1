// dx[row, at] = Σ of dy over the windows whose maximum lies at `at`: each sample asks the windows that cover it.
// Prelude: see window.wgsl.
@group(0) @binding(0) var<storage, read> dy: array<f32>;        // [ROWS, LENGTH_OUT]
@group(0) @binding(1) var<storage, read> x: array<f32>;         // [ROWS, LENGTH_IN]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;  // [ROWS, LENGTH_IN]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= ROWS * LENGTH_IN) { return; }
  let row = i / LENGTH_IN;
  let end = end_of_windows(i % LENGTH_IN);
  var sum = 0.0;
  for (var t = first_window(i % LENGTH_IN); t < end; t++) {
    if (argmax(row, t) == i) { sum += dy[row * LENGTH_OUT + t]; }
  }
  dx[i] = sum;
}
