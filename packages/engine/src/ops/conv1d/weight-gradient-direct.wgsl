// The same partial sums as weight-gradient.wgsl without workgroup memory: each thread makes 8 channels out × 8 columns from
// 16 numbers read at every position, for a stretch of the batch. Needs register-tile.wgsl and weight-gradient-operands.wgsl.
// Prelude: see there, SPLITS, BATCH_PER_SPLIT (a divisor, so that all threads loop alike).
const LANES: u32 = 16u;
const EACH: u32 = 8u;
const ROW_TILES: u32 = (CHANNELS_OUT + EACH - 1u) / EACH;
const COLUMN_TILES: u32 = (COLUMNS + EACH) / EACH;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = (group.y * groups.x + group.x) * LANES + lane;
  let split = number / (ROW_TILES * COLUMN_TILES);
  let o = (number / COLUMN_TILES) % ROW_TILES * EACH;
  let column = number % COLUMN_TILES * EACH;
  let c0 = column_at(column);
  let c1 = column_at(column + 1u);
  let c2 = column_at(column + 2u);
  let c3 = column_at(column + 3u);
  let c4 = column_at(column + 4u);
  let c5 = column_at(column + 5u);
  let c6 = column_at(column + 6u);
  let c7 = column_at(column + 7u);
  // Always 0, which no compiler knows: loops bounded by constants are unrolled, and take seconds to compile.
  let never = u32(groups.x == 0u);
  var left: Tile;
  var right: Tile;
  for (var i = 0u; i < BATCH_PER_SPLIT + never; i++) {
    let b = min(split, SPLITS - 1u) * BATCH_PER_SPLIT + i;
    let sample = b * CHANNELS_IN * LENGTH_IN;
    for (var t = 0u; t < LENGTH_OUT + never; t++) {
      let low = vec4f(load_dy(b, o, t), load_dy(b, o + 1u, t), load_dy(b, o + 2u, t), load_dy(b, o + 3u, t));
      let high = vec4f(load_dy(b, o + 4u, t), load_dy(b, o + 5u, t), load_dy(b, o + 6u, t), load_dy(b, o + 7u, t));
      accumulate(&left, low, high, vec4f(load_x(sample, t, c0), load_x(sample, t, c1), load_x(sample, t, c2), load_x(sample, t, c3)));
      accumulate(&right, low, high, vec4f(load_x(sample, t, c4), load_x(sample, t, c5), load_x(sample, t, c6), load_x(sample, t, c7)));
    }
  }
  if (split >= SPLITS) { return; }
  // A copy that may be indexed.
  var sums = array<vec4f, 16>(
    left[0], right[0], left[1], right[1], left[2], right[2], left[3], right[3],
    left[4], right[4], left[5], right[5], left[6], right[6], left[7], right[7],
  );
  let rows = min(EACH, CHANNELS_OUT - o);
  let columns = min(EACH, COLUMNS + 1u - column);
  for (var i = 0u; i < rows; i++) {
    for (var j = 0u; j < columns; j++) {
      partial[(split * CHANNELS_OUT + o + i) * (COLUMNS + 1u) + column + j] = sums[2u * i + j / 4u][j % 4u];
    }
  }
}
