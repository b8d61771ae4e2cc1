// c = op(a) · op(b) (+ bias, activation) for CPUs, whose threads are lanes of a vector and load one by one: each thread makes ROWS
// rows × 8 columns. The rows are the same for the whole workgroup, so each of its 8 threads reads some, which the others get without
// a load. Needs activation.wgsl, register-tile.wgsl, accumulate-broadcast.wgsl, one of columns-quads.wgsl and columns-each.wgsl, one
// of store-quads.wgsl and store-each.wgsl, and subgroups of 8 threads or more.
// Prelude: SUBGROUPS, ROWS (8 or 32), and that of direct.wgsl.
@group(0) @binding(0) var<storage, read> a: array<f32>;     // [BATCH, M, K], or [BATCH, K, M] when transposed
@group(0) @binding(2) var<storage, read> bias: array<f32>;  // [N]

const LANES: u32 = 8u;
const EACH: u32 = 8u;
// With 4 the loop is longer than what a core keeps of it near: 512³ then takes 5.7 instead of 3.3 ms on lavapipe, in CPU time of two
// cores; with 1, 3.9, because what a loop carries on is masked at every turn.
const TERMS: u32 = 2u;
const WIDTH: u32 = N;
const COLUMN_TILES: u32 = (N + LANES * EACH - 1u) / (LANES * EACH);

// Factors of one row.
fn read_row(from_a: u32, row: u32, k: u32, steps: u32) -> Factors {
  var factors: Factors;
  let line = from_a + min(row, M - 1u) * A_ROW;
  for (var i = 0u; i < TERMS; i++) {
    let factor = a[line + min(k + i, steps - 1u) * A_STEP];
    factors[i] = select(factor, 0.0, k + i >= steps);
  }
  return factors;
}

fn read_bias(column: u32) -> vec4f {
  let each = min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u));
  return vec4f(bias[each.x], bias[each.y], bias[each.z], bias[each.w]);
}

// What a thread has summed, four columns after the other, as an array that may be indexed.
alias Sums = array<vec4f, 2u * ROWS>;

fn gather(sums: ptr<function, Sums>, first: u32, left: ptr<function, Tile>, right: ptr<function, Tile>) {
  for (var i = 0u; i < 8u; i++) {
    (*sums)[2u * (first + i)] = (*left)[i];
    (*sums)[2u * (first + i) + 1u] = (*right)[i];
  }
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place: u32,
) {
  let number = group.y * groups.x + group.x;
  let batch = group.z % BATCH;
  let first = group.z / BATCH * K_PER_SPLIT;
  let steps = min(K_PER_SPLIT, K - first);
  let row = number / COLUMN_TILES * ROWS;
  let column = (number % COLUMN_TILES * LANES + lane) * EACH;
  let own = row + place % 8u;
  let from_a = batch * M * K + first * A_STEP;
  let from_b = batch * K * N + first * B_STEP;
  var left_0: Tile;
  var right_0: Tile;
  var left_1: Tile;
  var right_1: Tile;
  var left_2: Tile;
  var right_2: Tile;
  var left_3: Tile;
  var right_3: Tile;
  for (var k = 0u; k < steps; k += TERMS) {
    var near = read_columns(from_b, column, k, steps);
    var far = read_columns(from_b, column + 4u, k, steps);
    // All loads stand before all products: between them the compiler would keep products in memory.
    var factors_0 = read_row(from_a, own, k, steps);
    var factors_1: Factors;
    var factors_2: Factors;
    var factors_3: Factors;
    if (ROWS > 8u) {
      factors_1 = read_row(from_a, own + 8u, k, steps);
      factors_2 = read_row(from_a, own + 16u, k, steps);
      factors_3 = read_row(from_a, own + 24u, k, steps);
    }
    accumulate_broadcast(&left_0, &right_0, &factors_0, &near, &far);
    if (ROWS > 8u) {
      accumulate_broadcast(&left_1, &right_1, &factors_1, &near, &far);
      accumulate_broadcast(&left_2, &right_2, &factors_2, &near, &far);
      accumulate_broadcast(&left_3, &right_3, &factors_3, &near, &far);
    }
  }
  if (row >= M) { return; }
  // Few activations in a loop: written out, 256 of them take long to compile.
  var sums: Sums;
  gather(&sums, 0u, &left_0, &right_0);
  if (ROWS > 8u) {
    gather(&sums, 8u, &left_1, &right_1);
    gather(&sums, 16u, &left_2, &right_2);
    gather(&sums, 24u, &left_3, &right_3);
  }
  var near = vec4f();
  var far = vec4f();
  if (HAS_BIAS) {
    near = read_bias(column);
    far = read_bias(column + 4u);
  }
  for (var i = 0u; i < min(ROWS, M - row); i++) {
    let to = group.z * M + row + i;
    if (column < N) { store_four(to, column, sums[2u * i] + near); }
    if (column + 4u < N) { store_four(to, column + 4u, sums[2u * i + 1u] + far); }
  }
}
