// y[row, t] = Σ of window t / KERNEL. Prelude: see window.wgsl.
@group(0) @binding(0) var<storage, read> x: array<f32>;        // [ROWS, LENGTH_IN]
@group(0) @binding(1) var<storage, read_write> y: array<f32>;  // [ROWS, LENGTH_OUT]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= ROWS * LENGTH_OUT) { return; }
  let row = (i / LENGTH_OUT) * LENGTH_IN;
  let end = end_of_samples(i % LENGTH_OUT);
  var sum = 0.0;
  for (var at = first_sample(i % LENGTH_OUT); at < end; at++) { sum += x[row + at]; }
  y[i] = sum / f32(KERNEL);
}
