// With α the weights and dα = values·dcontext + dweights: the scores' gradient is α(dα − Σ α·dα), and from it
// dvalues = α·dcontext, dkeys = dscore·query, and each sequence's part of dquery = Σ dscore·keys. A workgroup of 64 a sequence.
// Prelude: BATCH, STEPS, FEATURES, ATTENTION, HAS_CONTEXT, HAS_WEIGHTS, LANES (64).
@group(0) @binding(0) var<storage, read> dresult: array<f32>;           // [BATCH, dcontext [FEATURES] if any, dweights [STEPS] if any]
@group(0) @binding(1) var<storage, read> values: array<f32>;            // [BATCH, STEPS, FEATURES]
@group(0) @binding(2) var<storage, read> keys: array<f32>;              // [BATCH, STEPS, ATTENTION]
@group(0) @binding(3) var<storage, read> query: array<f32>;             // [ATTENTION]
@group(0) @binding(4) var<storage, read> weights: array<f32>;           // [BATCH, STEPS]
@group(0) @binding(5) var<storage, read_write> dvalues: array<f32>;     // [BATCH, STEPS, FEATURES]
@group(0) @binding(6) var<storage, read_write> dkeys: array<f32>;       // [BATCH, STEPS, ATTENTION]
@group(0) @binding(7) var<storage, read_write> dquery: array<f32>;      // [BATCH, ATTENTION]

const CONTEXT_WIDTH: u32 = select(0u, FEATURES, HAS_CONTEXT);
const WIDTH: u32 = CONTEXT_WIDTH + select(0u, STEPS, HAS_WEIGHTS);
var<workgroup> dscores: array<f32, STEPS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= BATCH) { return; }
  // Always 0, but no compiler knows: it keeps drivers that unroll constant loops whole from doing so.
  let never = u32(groups.x == 0u);
  var total = 0.0;
  for (var step = thread; step < STEPS; step += THREADS) {
    var slope = 0.0;
    if (HAS_WEIGHTS) { slope = dresult[row * WIDTH + CONTEXT_WIDTH + step]; }
    let value = (row * STEPS + step) * FEATURES;
    for (var feature = 0u; feature < CONTEXT_WIDTH + never; feature++) {
      slope = fma(dresult[row * WIDTH + feature], values[value + feature], slope);
    }
    dscores[step] = slope;
    total = fma(weights[row * STEPS + step], slope, total);
  }
  total = row_sum(total, thread);
  for (var step = thread; step < STEPS; step += THREADS) {
    dscores[step] = weights[row * STEPS + step] * (dscores[step] - total);
  }
  for (var i = thread; i < STEPS * FEATURES + never; i += THREADS) {
    var slope = 0.0;
    if (HAS_CONTEXT) { slope = weights[row * STEPS + i / FEATURES] * dresult[row * WIDTH + i % FEATURES]; }
    dvalues[row * STEPS * FEATURES + i] = slope;
  }
  workgroupBarrier();
  for (var i = thread; i < STEPS * ATTENTION + never; i += THREADS) {
    dkeys[row * STEPS * ATTENTION + i] = dscores[i / ATTENTION] * query[i % ATTENTION];
  }
  for (var a = thread; a < ATTENTION; a += THREADS) {
    var sum = 0.0;
    for (var step = 0u; step < STEPS + never; step++) {
      sum = fma(dscores[step], keys[(row * STEPS + step) * ATTENTION + a], sum);
    }
    dquery[row * ATTENTION + a] = sum;
  }
}
