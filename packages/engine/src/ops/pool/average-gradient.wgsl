// dx[row, at] = Σ of dy over the windows that cover `at` / KERNEL. Prelude: see window.wgsl.
@group(0) @binding(0) var<storage, read> dy: array<f32>;        // [ROWS, LENGTH_OUT]
@group(0) @binding(1) var<storage, read_write> dx: array<f32>;  // [ROWS, LENGTH_IN]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= ROWS * LENGTH_IN) { return; }
  let row = (i / LENGTH_IN) * LENGTH_OUT;
  let end = end_of_windows(i % LENGTH_IN);
  var sum = 0.0;
  for (var t = first_window(i % LENGTH_IN); t < end; t++) { sum += dy[row + t]; }
  dx[i] = sum / f32(KERNEL);
}
