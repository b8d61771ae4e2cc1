// What the tiled products read and write. Needs activation.wgsl. Prelude: BATCH, M, N, K, SPLITS, A_ROW, A_STEP,
// B_STEP, B_COLUMN (distances of neighbours), HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> a: array<f32>;     // [BATCH, M, K], or [BATCH, K, M] when transposed
@group(0) @binding(1) var<storage, read> b: array<f32>;     // [BATCH, K, N], or [BATCH, N, K] when transposed
@group(0) @binding(2) var<storage, read> bias: array<f32>;  // [N]
@group(0) @binding(3) var<storage, read_write> c: array<f32>; // [SPLITS, BATCH, M, N]

fn load_a(batch: u32, row: u32, k: u32) -> f32 {
  if (row >= M) { return 0.0; }
  return a[batch * M * K + row * A_ROW + k * A_STEP];
}

fn load_b(batch: u32, k: u32, column: u32) -> f32 {
  if (column >= N) { return 0.0; }
  return b[batch * K * N + k * B_STEP + column * B_COLUMN];
}

fn store_row(part: u32, row: u32, column: u32, values: vec4f) {
  if (row >= M) { return; }
  for (var j = 0u; j < 4u; j++) {
    if (column + j >= N) { return; }
    var value = values[j];
    if (HAS_BIAS) { value += bias[column + j]; }
    c[(part * M + row) * N + column + j] = activate(value);
  }
}
