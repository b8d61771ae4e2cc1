// Scores keys·query of all steps, their softmax, and the values' sum weighted with it: a workgroup of 64 a sequence.
// Prelude: BATCH, STEPS, FEATURES, ATTENTION, LANES (64: all threads share a row).
@group(0) @binding(0) var<storage, read> values: array<f32>;          // [BATCH, STEPS, FEATURES]
@group(0) @binding(1) var<storage, read> keys: array<f32>;            // [BATCH, STEPS, ATTENTION]
@group(0) @binding(2) var<storage, read> query: array<f32>;           // [ATTENTION]
@group(0) @binding(3) var<storage, read_write> context: array<f32>;   // [BATCH, FEATURES]
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;   // [BATCH, STEPS]

const LOWEST: f32 = -3.4028234e38;
var<workgroup> shares: array<f32, STEPS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= BATCH) { return; }
  // Always 0, but no compiler knows: it keeps drivers that unroll constant loops whole from doing so (4 s for this kernel).
  let never = u32(groups.x == 0u);
  var largest = LOWEST;
  for (var step = thread; step < STEPS; step += THREADS) {
    var score = 0.0;
    let key = (row * STEPS + step) * ATTENTION;
    for (var a = 0u; a < ATTENTION + never; a++) { score = fma(keys[key + a], query[a], score); }
    shares[step] = score;
    largest = max(largest, score);
  }
  largest = row_max(largest, thread);
  var total = 0.0;
  for (var step = thread; step < STEPS; step += THREADS) {
    let part = safe_exp(shares[step] - largest);
    shares[step] = part;
    total += part;
  }
  total = row_sum(total, thread);
  for (var step = thread; step < STEPS; step += THREADS) {
    let share = shares[step] / total;
    shares[step] = share;
    weights[row * STEPS + step] = share;
  }
  workgroupBarrier();
  for (var feature = thread; feature < FEATURES; feature += THREADS) {
    var sum = 0.0;
    for (var step = 0u; step < STEPS + never; step++) {
      sum = fma(shares[step], values[(row * STEPS + step) * FEATURES + feature], sum);
    }
    context[row * FEATURES + feature] = sum;
  }
}
