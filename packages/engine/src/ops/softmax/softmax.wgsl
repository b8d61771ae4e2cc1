// y = safe_exp(x − max) / Σ safe_exp(x − max) along rows. Prelude: ROWS, LENGTH, LANES.
@group(0) @binding(0) var<storage, read> x: array<f32>;        // [ROWS, LENGTH]
@group(0) @binding(1) var<storage, read_write> y: array<f32>;  // [ROWS, LENGTH]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = (group.y * groups.x + group.x) * (THREADS / LANES) + thread / LANES;
  let lane = thread % LANES;
  let end = select(0u, LENGTH, row < ROWS);
  let base = min(row, ROWS - 1u) * LENGTH;
  var largest = x[base];
  for (var i = lane; i < end; i += LANES) { largest = max(largest, x[base + i]); }
  largest = row_max(largest, thread);
  var total = 0.0;
  for (var i = lane; i < end; i += LANES) {
    let part = safe_exp(x[base + i] - largest);
    y[base + i] = part;
    total += part;
  }
  total = row_sum(total, thread);
  for (var i = lane; i < end; i += LANES) { y[base + i] /= total; }
}
