// For each row the weight it counts with and its weighted cross-entropy w·(log Σ exp(x − max) − (x[label] − max)).
// Prelude: ROWS, CLASSES, LANES, HAS_WEIGHT.
@group(0) @binding(0) var<storage, read> logits: array<f32>;       // [ROWS, CLASSES]
@group(0) @binding(1) var<storage, read> label: array<i32>;        // [ROWS]
@group(0) @binding(2) var<storage, read> weight: array<f32>;       // [ROWS]
@group(0) @binding(3) var<storage, read_write> terms: array<f32>;  // [2, ROWS]: weights, then weighted losses

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = (group.y * groups.x + group.x) * (THREADS / LANES) + thread / LANES;
  let lane = thread % LANES;
  let end = select(0u, CLASSES, row < ROWS);
  let base = min(row, ROWS - 1u) * CLASSES;
  var largest = logits[base];
  for (var i = lane; i < end; i += LANES) { largest = max(largest, logits[base + i]); }
  largest = row_max(largest, thread);
  var total = 0.0;
  for (var i = lane; i < end; i += LANES) { total += safe_exp(logits[base + i] - largest); }
  total = row_sum(total, thread);
  if (row < ROWS && lane == 0u) {
    let class_index = label[row];
    var counted = 1.0;
    if (HAS_WEIGHT) { counted = weight[row]; }
    if (class_index < 0 || class_index >= i32(CLASSES)) { counted = 0.0; }
    var loss = 0.0;
    if (counted != 0.0) { loss = counted * (safe_log(total) - (logits[base + u32(class_index)] - largest)); }
    terms[row] = counted;
    terms[ROWS + row] = loss;
  }
}
