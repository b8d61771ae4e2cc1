// Parts of the recurrent weights' and biases' gradients: ∂U[g, k] = Σ over batch and time of slope[g] · previous state[k],
// ∂b[g] = Σ slope[g]. Tiles of 32×32 made by 8×8 threads, 4×4 accumulators each; a workgroup sums PER_SPLIT of the steps.
// Prelude: BATCH, STEPS, DIRECTIONS, HIDDEN, SPLITS, PER_SPLIT.
@group(0) @binding(0) var<storage, read> dprojected: array<f32>;      // [BATCH, STEPS, DIRECTIONS, 3·HIDDEN]
@group(0) @binding(1) var<storage, read> drecurrent_n: array<f32>;    // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(2) var<storage, read> output: array<f32>;          // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;   // SPLITS × ([DIRECTIONS, 3·HIDDEN, HIDDEN], then [DIRECTIONS, 3·HIDDEN])

const TILE: u32 = 32u;
const DEPTH: u32 = 16u;
const SIDE: u32 = 8u;
const EACH: u32 = 4u;
const SLOPES: u32 = 3u * HIDDEN;
const WEIGHTS: u32 = DIRECTIONS * SLOPES * HIDDEN;
const PART: u32 = WEIGHTS + DIRECTIONS * SLOPES;

var<workgroup> tile_slope: array<vec4f, DEPTH * SIDE>;
var<workgroup> tile_state: array<vec4f, DEPTH * SIDE>;

fn slope(direction: u32, at: u32, row: u32, end: u32) -> f32 {
  if (row >= SLOPES || at >= end) { return 0.0; }
  let step = at * DIRECTIONS + direction;
  if (row < 2u * HIDDEN) { return dprojected[step * SLOPES + row]; }
  return drecurrent_n[step * HIDDEN + row - 2u * HIDDEN];
}

// The state that step `at` started from: the neighbour's output on the side that the direction comes from.
fn previous(direction: u32, at: u32, unit: u32, end: u32) -> f32 {
  let edge = select(0u, STEPS - 1u, direction == 1u);
  if (unit >= HIDDEN || at >= end || at % STEPS == edge) { return 0.0; }
  let neighbour = select(at - 1u, at + 1u, direction == 1u);
  return output[(neighbour * DIRECTIONS + direction) * HIDDEN + unit];
}

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let direction = group.z % DIRECTIONS;
  let split = group.z / DIRECTIONS;
  let first = split * PER_SPLIT;
  let end = min(BATCH * STEPS, first + PER_SPLIT);
  let row = group.y * TILE + local.y * EACH;
  let column = group.x * TILE + local.x * EACH;
  var sum: array<vec4f, EACH>;
  var bias = 0.0;
  for (var start = first; start < end; start += DEPTH) {
    // Bounded by a value, not by a constant: compilers that unroll constant loops whole take seconds over these.
    let depth = min(DEPTH, end - start);
    for (var i = lane; i < depth * TILE; i += SIDE * SIDE) {
      let step = i / TILE;
      let at = i % TILE;
      tile_slope[step * SIDE + at / EACH][at % EACH] = slope(direction, start + step, group.y * TILE + at, end);
      tile_state[step * SIDE + at / EACH][at % EACH] = previous(direction, start + step, group.x * TILE + at, end);
    }
    workgroupBarrier();
    for (var k = 0u; k < depth; k++) {
      let left = tile_slope[k * SIDE + local.y];
      let right = tile_state[k * SIDE + local.x];
      sum[0] = fma(vec4f(left.x), right, sum[0]);
      sum[1] = fma(vec4f(left.y), right, sum[1]);
      sum[2] = fma(vec4f(left.z), right, sum[2]);
      sum[3] = fma(vec4f(left.w), right, sum[3]);
    }
    if (group.x == 0u && lane < TILE) {
      for (var k = 0u; k < depth; k++) { bias += tile_slope[k * SIDE + lane / EACH][lane % EACH]; }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < EACH; i++) {
    for (var j = 0u; j < EACH; j++) {
      if (row + i < SLOPES && column + j < HIDDEN) {
        partial[split * PART + (direction * SLOPES + row + i) * HIDDEN + column + j] = sum[i][j];
      }
    }
  }
  let biased = group.y * TILE + lane;
  if (group.x == 0u && lane < TILE && biased < SLOPES) {
    partial[split * PART + WEIGHTS + direction * SLOPES + biased] = bias;
  }
}
