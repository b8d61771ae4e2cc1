// The same partial sums as weight-gradient.wgsl for CPUs, whose threads are lanes of a vector and load one by one; for stride 1,
// kernels of 9 or less and lengths out that are multiples of 8. Each thread makes two channels out × CHANNELS channels in with
// all their taps, eight positions at a time. Samples are the same for all threads: each of eight loads one, which the others
// get without a load. Needs weight-gradient-operands.wgsl, and subgroups of 8 threads or more.
// Prelude: SUBGROUPS, see there, CHANNELS (8 or less), SPLITS, BATCH_PER_SPLIT (a divisor, so that all threads loop alike).
const EACH: u32 = 8u;
const ROW_TILES: u32 = (CHANNELS_OUT + 2u * EACH - 1u) / (2u * EACH);
const CHANNEL_TILES: u32 = (CHANNELS_IN + CHANNELS - 1u) / CHANNELS;

// The taps of one channel in, for the two channels out of a thread, and the samples that come next.
struct Sums {
  next: f32,
  first: array<f32, KERNEL>,
  second: array<f32, KERNEL>,
}

struct Positions {
  first: array<f32, EACH>,
  second: array<f32, EACH>,
}

// Zero outside the row.
fn load_sample(b: u32, channel: u32, padded: u32) -> f32 {
  let row = (b * CHANNELS_IN + min(channel, CHANNELS_IN - 1u)) * LENGTH_IN;
  let at = padded - PADDING;
  let inside = at < LENGTH_IN;
  return select(0.0, x[row + select(0u, at, inside)], inside);
}

// Adds eight positions from t on. Loops of so few turns are unrolled, and indices of arrays are then known; a loop over the
// channels would be too long, and the sums would lie in memory: three times as slow.
fn add_terms(sums: ptr<function, Sums>, slopes: ptr<function, Positions>, b: u32, channel: u32, t: u32, place: u32) {
  let near = (*sums).next;
  let far = load_sample(b, channel, t + EACH + place);
  (*sums).next = far;
  var window = array<f32, 2u * EACH>(
    subgroupBroadcast(near, 0u), subgroupBroadcast(near, 1u), subgroupBroadcast(near, 2u), subgroupBroadcast(near, 3u),
    subgroupBroadcast(near, 4u), subgroupBroadcast(near, 5u), subgroupBroadcast(near, 6u), subgroupBroadcast(near, 7u),
    subgroupBroadcast(far, 0u), subgroupBroadcast(far, 1u), subgroupBroadcast(far, 2u), subgroupBroadcast(far, 3u),
    subgroupBroadcast(far, 4u), subgroupBroadcast(far, 5u), subgroupBroadcast(far, 6u), subgroupBroadcast(far, 7u),
  );
  for (var k = 0u; k < KERNEL; k++) {
    for (var i = 0u; i < EACH; i++) {
      (*sums).first[k] = fma((*slopes).first[i], window[i + k], (*sums).first[k]);
      (*sums).second[k] = fma((*slopes).second[i], window[i + k], (*sums).second[k]);
    }
  }
}

fn store(split: u32, o: u32, channel: u32, sums: Sums) {
  if (channel >= CHANNELS_IN) { return; }
  let to = (split * CHANNELS_OUT + o) * (COLUMNS + 1u) + channel * KERNEL;
  for (var k = 0u; k < KERNEL; k++) {
    if (o < CHANNELS_OUT) { partial[to + k] = sums.first[k]; }
    if (o + EACH < CHANNELS_OUT) { partial[to + EACH * (COLUMNS + 1u) + k] = sums.second[k]; }
  }
}

@compute @workgroup_size(EACH)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place_in_subgroup: u32,
) {
  let number = group.y * groups.x + group.x;
  let split = number / (ROW_TILES * CHANNEL_TILES);
  let o = number / CHANNEL_TILES % ROW_TILES * 2u * EACH + lane;
  let c = number % CHANNEL_TILES * CHANNELS;
  let place = place_in_subgroup % EACH;
  // Always 0, which no compiler knows: loops bounded by constants are unrolled.
  let never = u32(groups.x == 0u);
  var sums_0: Sums;
  var sums_1: Sums;
  var sums_2: Sums;
  var sums_3: Sums;
  var sums_4: Sums;
  var sums_5: Sums;
  var sums_6: Sums;
  var sums_7: Sums;
  var bias_first = 0.0;
  var bias_second = 0.0;
  for (var i = 0u; i < BATCH_PER_SPLIT + never; i++) {
    let b = min(split, SPLITS - 1u) * BATCH_PER_SPLIT + i;
    sums_0.next = load_sample(b, c, place);
    if (CHANNELS > 1u) { sums_1.next = load_sample(b, c + 1u, place); }
    if (CHANNELS > 2u) { sums_2.next = load_sample(b, c + 2u, place); }
    if (CHANNELS > 3u) { sums_3.next = load_sample(b, c + 3u, place); }
    if (CHANNELS > 4u) { sums_4.next = load_sample(b, c + 4u, place); }
    if (CHANNELS > 5u) { sums_5.next = load_sample(b, c + 5u, place); }
    if (CHANNELS > 6u) { sums_6.next = load_sample(b, c + 6u, place); }
    if (CHANNELS > 7u) { sums_7.next = load_sample(b, c + 7u, place); }
    for (var t = 0u; t < LENGTH_OUT + never; t += EACH) {
      var slopes: Positions;
      for (var j = 0u; j < EACH; j++) {
        slopes.first[j] = load_dy(b, o, t + j);
        slopes.second[j] = load_dy(b, o + EACH, t + j);
        bias_first += slopes.first[j];
        bias_second += slopes.second[j];
      }
      add_terms(&sums_0, &slopes, b, c, t, place);
      if (CHANNELS > 1u) { add_terms(&sums_1, &slopes, b, c + 1u, t, place); }
      if (CHANNELS > 2u) { add_terms(&sums_2, &slopes, b, c + 2u, t, place); }
      if (CHANNELS > 3u) { add_terms(&sums_3, &slopes, b, c + 3u, t, place); }
      if (CHANNELS > 4u) { add_terms(&sums_4, &slopes, b, c + 4u, t, place); }
      if (CHANNELS > 5u) { add_terms(&sums_5, &slopes, b, c + 5u, t, place); }
      if (CHANNELS > 6u) { add_terms(&sums_6, &slopes, b, c + 6u, t, place); }
      if (CHANNELS > 7u) { add_terms(&sums_7, &slopes, b, c + 7u, t, place); }
    }
  }
  if (split >= SPLITS) { return; }
  store(split, o, c, sums_0);
  if (CHANNELS > 1u) { store(split, o, c + 1u, sums_1); }
  if (CHANNELS > 2u) { store(split, o, c + 2u, sums_2); }
  if (CHANNELS > 3u) { store(split, o, c + 3u, sums_3); }
  if (CHANNELS > 4u) { store(split, o, c + 4u, sums_4); }
  if (CHANNELS > 5u) { store(split, o, c + 5u, sums_5); }
  if (CHANNELS > 6u) { store(split, o, c + 6u, sums_6); }
  if (CHANNELS > 7u) { store(split, o, c + 7u, sums_7); }
  let to = (split * CHANNELS_OUT + o) * (COLUMNS + 1u) + COLUMNS;
  if (c == 0u && o < CHANNELS_OUT) { partial[to] = bias_first; }
  if (c == 0u && o + EACH < CHANNELS_OUT) { partial[to + EACH * (COLUMNS + 1u)] = bias_second; }
}
