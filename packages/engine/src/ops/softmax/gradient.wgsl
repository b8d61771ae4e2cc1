// dx = y · (dy − Σ dy·y) along rows. Prelude: ROWS, LENGTH, LANES.
@group(0) @binding(0) var<storage, read> dy: array<f32>;        // [ROWS, LENGTH]
@group(0) @binding(1) var<storage, read> y: array<f32>;         // [ROWS, LENGTH]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;  // [ROWS, LENGTH]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = (group.y * groups.x + group.x) * (THREADS / LANES) + thread / LANES;
  let lane = thread % LANES;
  let end = select(0u, LENGTH, row < ROWS);
  let base = min(row, ROWS - 1u) * LENGTH;
  var total = 0.0;
  for (var i = lane; i < end; i += LANES) { total = fma(dy[base + i], y[base + i], total); }
  total = row_sum(total, thread);
  for (var i = lane; i < end; i += LANES) { dx[base + i] = y[base + i] * (dy[base + i] - total); }
}
