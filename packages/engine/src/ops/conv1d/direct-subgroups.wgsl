// The convolution of direct.wgsl for CPUs, whose threads are lanes of a vector and load one by one: each thread holds
// CHANNELS channels × 8 neighbouring positions. The channels are the same for the whole workgroup, so each of 8 threads reads
// one channel's weight, which the others get without a load. Needs is-nan.wgsl, activation.wgsl, register-tile.wgsl,
// accumulate-broadcast.wgsl, one of read-quads.wgsl and read-each.wgsl, store-tile.wgsl, and subgroups of 8 threads or more.
// Prelude: SUBGROUPS, BATCH, CHANNELS_IN, LENGTH_IN, CHANNELS_OUT, LENGTH_OUT, KERNEL, STRIDE, DILATION, PADDING (i32),
// REVERSED, CHANNELS (8 or 16), HAS_BIAS, ACTIVATION.
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS_OUT, CHANNELS_IN, KERNEL], see direct.wgsl
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS_OUT]

const LANES: u32 = 16u;
const EACH: u32 = 8u;
// Taps that are unrolled: what a loop carries on is masked at every turn, so few and long turns pay. With a stride every tap
// has samples of its own, which take long to compile.
const TAPS: u32 = min(KERNEL, select(2u, 8u, STRIDE == 1u));
const TERMS: u32 = TAPS;
const WIDTH: u32 = LENGTH_OUT;
const STRETCHES: u32 = (LENGTH_OUT + EACH - 1u) / EACH;
const CHANNEL_TILES: u32 = (CHANNELS_OUT + CHANNELS - 1u) / CHANNELS;
const CHANNEL_PITCH: u32 = select(CHANNELS_IN * KERNEL, KERNEL, REVERSED);

// Each of 8 threads reads what belongs to one channel.
fn terms_of_eight(o: u32, place: u32) -> array<Terms, 8> {
  let own = terms_of(min(o + place % 8u, CHANNELS_OUT - 1u));
  return array<Terms, 8>(
    subgroupBroadcast(own, 0u), subgroupBroadcast(own, 1u), subgroupBroadcast(own, 2u), subgroupBroadcast(own, 3u),
    subgroupBroadcast(own, 4u), subgroupBroadcast(own, 5u), subgroupBroadcast(own, 6u), subgroupBroadcast(own, 7u),
  );
}

fn load_weight(channel: u32, c: u32, k: u32) -> f32 {
  let tap = min(k, KERNEL - 1u);
  let value = weight[channel + select(c * KERNEL + tap, c * CHANNELS_OUT * KERNEL + KERNEL - 1u - tap, REVERSED)];
  return select(0.0, value, k < KERNEL);
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) place: u32,
) {
  // Threads past the end repeat the last row, channels past the end the last channel; neither is stored.
  let number = group.y * groups.x + group.x;
  let o = number % CHANNEL_TILES * CHANNELS;
  let stretch = number / CHANNEL_TILES * LANES + lane;
  let b = min(stretch / STRETCHES, BATCH - 1u);
  let t = stretch % STRETCHES * EACH;
  let start = i32(t * STRIDE) - PADDING;
  let own = min(o + place % 8u, CHANNELS_OUT - 1u) * CHANNEL_PITCH;
  let own_upper = min(o + 8u + place % 8u, CHANNELS_OUT - 1u) * CHANNEL_PITCH;
  // Always 0, which no compiler knows: loops bounded by constants are unrolled.
  let never = u32(groups.x == 0u);
  var left: Tile;
  var right: Tile;
  var left_upper: Tile;
  var right_upper: Tile;
  for (var c = 0u; c < CHANNELS_IN + never; c++) {
    let row = (b * CHANNELS_IN + c) * LENGTH_IN;
    for (var first = 0u; first < KERNEL + select(never, 0u, KERNEL == TAPS); first += TAPS) {
      var factors: Factors;
      var factors_upper: Factors;
      var near: Values;
      var far: Values;
      read_taps(row, start + i32(first), &near, &far);
      for (var k = 0u; k < TAPS; k++) {
        // Taps past the end are 0 · 0: nothing that x may hold spreads to where it is not seen.
        let held = first + k < KERNEL;
        near[k] = select(vec4f(), near[k], held);
        far[k] = select(vec4f(), far[k], held);
        factors[k] = load_weight(own, c, first + k);
        if (CHANNELS > 8u) { factors_upper[k] = load_weight(own_upper, c, first + k); }
      }
      accumulate_broadcast(&left, &right, &factors, &near, &far);
      if (CHANNELS > 8u) { accumulate_broadcast(&left_upper, &right_upper, &factors_upper, &near, &far); }
    }
  }
  let terms = terms_of_eight(o, place);
  let terms_upper = terms_of_eight(o + 8u, place);
  if (stretch >= BATCH * STRETCHES) { return; }
  store_tile(b, o, t, terms, left, right);
  if (CHANNELS > 8u) { store_tile(b, o + 8u, t, terms_upper, left_upper, right_upper); }
}
