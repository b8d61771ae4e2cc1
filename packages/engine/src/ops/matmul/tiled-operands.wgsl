// What the tiled products read, keep in workgroup memory and write: tiles made by SIDE × SIDE threads, EACH × EACH elements
// a thread, DEPTH steps of the inner dimension at a time. Needs activation.wgsl. Prelude: BATCH, M, N, K, SPLITS, A_ROW,
// A_STEP, B_STEP, B_COLUMN (distances of neighbours), SIDE, EACH (4 or 8), DEPTH, HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> a: array<f32>;     // [BATCH, M, K], or [BATCH, K, M] when transposed
@group(0) @binding(1) var<storage, read> b: array<f32>;     // [BATCH, K, N], or [BATCH, N, K] when transposed
@group(0) @binding(2) var<storage, read> bias: array<f32>;  // [N]
@group(0) @binding(3) var<storage, read_write> c: array<f32>; // [SPLITS, BATCH, M, N]

const TILE: u32 = SIDE * EACH;
const GROUPS: u32 = TILE / 4u;

var<workgroup> tile_a: array<vec4f, DEPTH * GROUPS>;  // [DEPTH][GROUPS] groups of four rows
var<workgroup> tile_b: array<vec4f, DEPTH * GROUPS>;  // [DEPTH][GROUPS] groups of four columns

fn load_a(batch: u32, row: u32, k: u32) -> f32 {
  if (row >= M) { return 0.0; }
  return a[batch * M * K + row * A_ROW + k * A_STEP];
}

fn load_b(batch: u32, k: u32, column: u32) -> f32 {
  if (column >= N) { return 0.0; }
  return b[batch * K * N + k * B_STEP + column * B_COLUMN];
}

fn stage(batch: u32, group: vec3u, k0: u32, depth: u32, lane: u32) {
  for (var i = lane; i < depth * TILE; i += SIDE * SIDE) {
    let k = i / TILE;
    let at = i % TILE;
    tile_a[k * GROUPS + at / 4u][at % 4u] = load_a(batch, group.y * TILE + at, k0 + k);
    tile_b[k * GROUPS + at / 4u][at % 4u] = load_b(batch, k0 + k, group.x * TILE + at);
  }
  workgroupBarrier();
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
