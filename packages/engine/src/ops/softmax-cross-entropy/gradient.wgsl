// dlogits = (softmax(logits) − onehot(label)) · w/Σw · dloss. Prelude: ROWS, CLASSES, LANES, HAS_WEIGHT.
@group(0) @binding(0) var<storage, read> logits: array<f32>;          // [ROWS, CLASSES]
@group(0) @binding(1) var<storage, read> label: array<i32>;           // [ROWS]
@group(0) @binding(2) var<storage, read> total_weight: array<f32>;    // []
@group(0) @binding(3) var<storage, read> dloss: array<f32>;           // []
@group(0) @binding(4) var<storage, read> weight: array<f32>;          // [ROWS]
@group(0) @binding(5) var<storage, read_write> dlogits: array<f32>;   // [ROWS, CLASSES]

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = (group.y * groups.x + group.x) * (THREADS / LANES) + thread / LANES;
  let lane = thread % LANES;
  let known = min(row, ROWS - 1u);
  let end = select(0u, CLASSES, row < ROWS);
  let base = known * CLASSES;
  var largest = logits[base];
  for (var i = lane; i < end; i += LANES) { largest = max(largest, logits[base + i]); }
  largest = row_max(largest, thread);
  var total = 0.0;
  for (var i = lane; i < end; i += LANES) { total += safe_exp(logits[base + i] - largest); }
  total = row_sum(total, thread);
  let class_index = label[known];
  var counted = 1.0;
  if (HAS_WEIGHT) { counted = weight[known]; }
  if (class_index < 0 || class_index >= i32(CLASSES)) { counted = 0.0; }
  var factor = 0.0;
  if (total_weight[0] != 0.0) { factor = counted / total_weight[0] * dloss[0]; }
  for (var i = lane; i < end; i += LANES) {
    let difference = safe_exp(logits[base + i] - largest) / total - select(0.0, 1.0, i32(i) == class_index);
    // A row that does not count has no gradient, whatever its logits hold.
    var slope = 0.0;
    if (counted != 0.0) { slope = difference * factor; }
    dlogits[base + i] = slope;
  }
}
