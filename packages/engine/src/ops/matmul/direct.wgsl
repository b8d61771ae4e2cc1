// c = op(a) · op(b) (+ bias, activation) without workgroup memory: each thread makes 8×8 elements in registers, from 16
// numbers read at every step of the inner dimension. Needs activation.wgsl and register-tile.wgsl.
// Prelude: BATCH, M, N, K, SPLITS, K_PER_SPLIT, A_ROW, A_STEP, B_STEP, B_COLUMN (distances of neighbours), HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> a: array<f32>;     // [BATCH, M, K], or [BATCH, K, M] when transposed
@group(0) @binding(1) var<storage, read> b: array<f32>;     // [BATCH, K, N], or [BATCH, N, K] when transposed
@group(0) @binding(2) var<storage, read> bias: array<f32>;  // [N]
@group(0) @binding(3) var<storage, read_write> c: array<f32>; // [SPLITS, BATCH, M, N]

const LANES: u32 = 16u;
const EACH: u32 = 8u;
const COLUMNS: u32 = (N + EACH - 1u) / EACH;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = (group.y * groups.x + group.x) * LANES + lane;
  let batch = group.z % BATCH;
  let first = group.z / BATCH * K_PER_SPLIT;
  // The same for all threads of a workgroup, and no constant: where threads are lanes of a vector, a bound that might
  // differ between them puts a mask on every load (14 instead of 10 ms for 512³ on lavapipe).
  let steps = min(K_PER_SPLIT, K - first);
  let row = number / COLUMNS * EACH;
  let column = number % COLUMNS * EACH;
  // Rows and columns past the end repeat the last one and are not stored.
  let from_a = batch * M * K + first * A_STEP;
  let low = from_a + min(vec4u(row) + vec4u(0u, 1u, 2u, 3u), vec4u(M - 1u)) * A_ROW;
  let high = from_a + min(vec4u(row) + vec4u(4u, 5u, 6u, 7u), vec4u(M - 1u)) * A_ROW;
  let from_b = batch * K * N + first * B_STEP;
  let near = from_b + min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u)) * B_COLUMN;
  let far = from_b + min(vec4u(column) + vec4u(4u, 5u, 6u, 7u), vec4u(N - 1u)) * B_COLUMN;
  var left: Tile;
  var right: Tile;
  for (var k = 0u; k < steps; k++) {
    let at = k * A_STEP;
    let up = vec4f(a[low.x + at], a[low.y + at], a[low.z + at], a[low.w + at]);
    let down = vec4f(a[high.x + at], a[high.y + at], a[high.z + at], a[high.w + at]);
    let step = k * B_STEP;
    accumulate(&left, up, down, vec4f(b[near.x + step], b[near.y + step], b[near.z + step], b[near.w + step]));
    accumulate(&right, up, down, vec4f(b[far.x + step], b[far.y + step], b[far.z + step], b[far.w + step]));
  }
  if (row >= M) { return; }
  // A copy that may be indexed, and loops bounded by values: written out, 64 activations take long to compile.
  var sums = array<vec4f, 16>(
    left[0], right[0], left[1], right[1], left[2], right[2], left[3], right[3],
    left[4], right[4], left[5], right[5], left[6], right[6], left[7], right[7],
  );
  let rows = min(EACH, M - row);
  let columns = min(EACH, N - column);
  for (var i = 0u; i < rows; i++) {
    for (var j = 0u; j < columns; j++) {
      var value = sums[2u * i + j / 4u][j % 4u];
      if (HAS_BIAS) { value += bias[column + j]; }
      c[(group.z * M + row + i) * N + column + j] = activate(value);
    }
  }
}
