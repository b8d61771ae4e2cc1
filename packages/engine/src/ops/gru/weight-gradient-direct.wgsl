// The same parts as weight-gradient.wgsl without workgroup memory, for CPUs: each thread makes 8 slopes × 8 units of
// ∂U[g, k] = Σ slope[g] · previous state[k] and ∂b[g] = Σ slope[g] over a stretch of the batch. One dispatch has the slopes
// of r and z, another those of n, which lie elsewhere. Needs register-tile.wgsl.
// Prelude: BATCH, STEPS, DIRECTIONS, HIDDEN, SPLITS, BATCH_PER_SPLIT (a divisor, so that all threads loop alike), ROWS (how
// many slopes), PITCH (distance of directions in `slopes`), FIRST (the gates' row that slope 0 belongs to).
@group(0) @binding(0) var<storage, read> slopes: array<f32>;         // [BATCH, STEPS, DIRECTIONS, PITCH]
@group(0) @binding(1) var<storage, read> output: array<f32>;         // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;  // SPLITS × ([DIRECTIONS, 3·HIDDEN, HIDDEN], then [DIRECTIONS, 3·HIDDEN])

const LANES: u32 = 16u;
const EACH: u32 = 8u;
const ROW_TILES: u32 = (ROWS + EACH - 1u) / EACH;
const COLUMN_TILES: u32 = (HIDDEN + EACH - 1u) / EACH;
const TILES: u32 = ROW_TILES * COLUMN_TILES;
const WEIGHTS: u32 = DIRECTIONS * 3u * HIDDEN * HIDDEN;
const PART: u32 = WEIGHTS + DIRECTIONS * 3u * HIDDEN;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Threads, rows and columns past the end repeat the last one and are not stored.
  let number = (group.y * groups.x + group.x) * LANES + lane;
  let part = min(number / TILES, SPLITS * DIRECTIONS - 1u);
  let direction = part % DIRECTIONS;
  let split = part / DIRECTIONS;
  let row = (number / COLUMN_TILES) % ROW_TILES * EACH;
  let column = number % COLUMN_TILES * EACH;
  let low_rows = direction * PITCH + min(row + vec4u(0u, 1u, 2u, 3u), vec4u(ROWS - 1u));
  let high_rows = direction * PITCH + min(row + vec4u(4u, 5u, 6u, 7u), vec4u(ROWS - 1u));
  let near = min(column + vec4u(0u, 1u, 2u, 3u), vec4u(HIDDEN - 1u));
  let far = min(column + vec4u(4u, 5u, 6u, 7u), vec4u(HIDDEN - 1u));
  let edge = select(0u, STEPS - 1u, direction == 1u);
  // Always 0, which no compiler knows: loops bounded by constants are unrolled, and take seconds to compile.
  let never = u32(groups.x == 0u);
  var left: Tile;
  var right: Tile;
  var low_bias = vec4f();
  var high_bias = vec4f();
  for (var i = 0u; i < BATCH_PER_SPLIT + never; i++) {
    let b = split * BATCH_PER_SPLIT + i;
    for (var step = 0u; step < STEPS + never; step++) {
      let at = b * STEPS + step;
      let slope = at * DIRECTIONS * PITCH;
      let p = slope + low_rows;
      let q = slope + high_rows;
      let low = vec4f(slopes[p.x], slopes[p.y], slopes[p.z], slopes[p.w]);
      let high = vec4f(slopes[q.x], slopes[q.y], slopes[q.z], slopes[q.w]);
      // The state that the step started from: the neighbour's output on the side that the direction comes from.
      let first = step == edge;
      let neighbour = select(select(at - 1u, at + 1u, direction == 1u), at, first);
      let state = (neighbour * DIRECTIONS + direction) * HIDDEN;
      let u = state + near;
      let v = state + far;
      let near_states = vec4f(output[u.x], output[u.y], output[u.z], output[u.w]);
      let far_states = vec4f(output[v.x], output[v.y], output[v.z], output[v.w]);
      accumulate(&left, low, high, select(near_states, vec4f(), first));
      accumulate(&right, low, high, select(far_states, vec4f(), first));
      low_bias += low;
      high_bias += high;
    }
  }
  if (number >= TILES * SPLITS * DIRECTIONS) { return; }
  // Copies that may be indexed.
  var sums = array<vec4f, 16>(
    left[0], right[0], left[1], right[1], left[2], right[2], left[3], right[3],
    left[4], right[4], left[5], right[5], left[6], right[6], left[7], right[7],
  );
  var biases = array<vec4f, 2>(low_bias, high_bias);
  for (var i = 0u; i < min(EACH, ROWS - row); i++) {
    let gate_row = direction * 3u * HIDDEN + FIRST + row + i;
    for (var j = 0u; j < min(EACH, HIDDEN - column); j++) {
      partial[split * PART + gate_row * HIDDEN + column + j] = sums[2u * i + j / 4u][j % 4u];
    }
    if (column == 0u) { partial[split * PART + WEIGHTS + gate_row] = biases[i / 4u][i % 4u]; }
  }
}
