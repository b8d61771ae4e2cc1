// loss = Σ w·CE / Σ w by one workgroup: each thread a strided part, then a tree, always in the same order. Prelude: ROWS.
@group(0) @binding(0) var<storage, read> terms: array<f32>;               // [2, ROWS]
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;          // []
@group(0) @binding(2) var<storage, read_write> total_weight: array<f32>;  // []

const LANES: u32 = 256u;
var<workgroup> partial: array<vec2f, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var total = vec2f(0.0);
  for (var row = lane; row < ROWS; row += LANES) { total += vec2f(terms[row], terms[ROWS + row]); }
  partial[lane] = total;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial[lane] += partial[lane + half]; }
  }
  if (lane == 0u) {
    let sums = partial[0];
    total_weight[0] = sums.x;
    loss[0] = 0.0;
    if (sums.x != 0.0) { loss[0] = sums.y / sums.x; }
  }
}
