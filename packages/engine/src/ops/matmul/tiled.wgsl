// c = op(a) · op(b) (+ bias, activation): tiles of 32×32 made by 8×8 threads, 4×4 accumulators each in registers,
// with 16 steps of the inner dimension at a time in workgroup memory.
// Prelude: BATCH, M, N, K, SPLITS, K_PER_SPLIT, TRANSPOSE_A, TRANSPOSE_B, HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> a: array<f32>;     // [BATCH, M, K], or [BATCH, K, M] when transposed
@group(0) @binding(1) var<storage, read> b: array<f32>;     // [BATCH, K, N], or [BATCH, N, K] when transposed
@group(0) @binding(2) var<storage, read> bias: array<f32>;  // [N]
@group(0) @binding(3) var<storage, read_write> c: array<f32>; // [SPLITS, BATCH, M, N]

const TILE: u32 = 32u;
const DEPTH: u32 = 16u;
const SIDE: u32 = 8u;
const EACH: u32 = 4u;

var<workgroup> tile_a: array<vec4f, DEPTH * SIDE>;  // [DEPTH][SIDE] groups of four rows
var<workgroup> tile_b: array<vec4f, DEPTH * SIDE>;  // [DEPTH][SIDE] groups of four columns

fn load_a(batch: u32, row: u32, k: u32) -> f32 {
  if (row >= M) { return 0.0; }
  return a[batch * M * K + select(row * K + k, k * M + row, TRANSPOSE_A)];
}

fn load_b(batch: u32, k: u32, column: u32) -> f32 {
  if (column >= N) { return 0.0; }
  return b[batch * K * N + select(k * N + column, column * K + k, TRANSPOSE_B)];
}

fn store_row(part: u32, row: u32, column: u32, values: vec4f) {
  if (row >= M) { return; }
  for (var j = 0u; j < EACH; j++) {
    if (column + j >= N) { return; }
    var value = values[j];
    if (HAS_BIAS) { value += bias[column + j]; }
    c[(part * M + row) * N + column + j] = activate(value);
  }
}

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z % BATCH;
  let split = group.z / BATCH;
  let first = split * K_PER_SPLIT;
  let end = min(K, first + K_PER_SPLIT);
  let row = group.y * TILE + local.y * EACH;
  let column = group.x * TILE + local.x * EACH;
  var sum: array<vec4f, EACH>;
  for (var k0 = first; k0 < end; k0 += DEPTH) {
    // Bounded by a value, not by a constant: compilers that unroll constant loops whole take seconds over these.
    let depth = min(DEPTH, end - k0);
    for (var i = lane; i < depth * TILE; i += SIDE * SIDE) {
      let k = i / TILE;
      let at = i % TILE;
      tile_a[k * SIDE + at / EACH][at % EACH] = load_a(batch, group.y * TILE + at, k0 + k);
      tile_b[k * SIDE + at / EACH][at % EACH] = load_b(batch, k0 + k, group.x * TILE + at);
    }
    workgroupBarrier();
    for (var k = 0u; k < depth; k++) {
      let left = tile_a[k * SIDE + local.y];
      let right = tile_b[k * SIDE + local.x];
      sum[0] = fma(vec4f(left.x), right, sum[0]);
      sum[1] = fma(vec4f(left.y), right, sum[1]);
      sum[2] = fma(vec4f(left.z), right, sum[2]);
      sum[3] = fma(vec4f(left.w), right, sum[3]);
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < EACH; i++) {
    store_row(split * BATCH + batch, row + i, column, sum[i]);
  }
}
