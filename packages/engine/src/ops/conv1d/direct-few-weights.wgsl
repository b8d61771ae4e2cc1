// The convolution of direct.wgsl for CPUs where there are few weights: each thread holds all channels of 8 neighbouring
// positions; LENGTH_OUT is a multiple of 8 and BATCH · LENGTH_OUT of 128. A load takes few instructions for all threads of a
// vector only where its address is a constant, so every channel and tap is written out: on lavapipe layer 1 of the beat
// network takes 0.17 ms with it and 0.30 with direct-subgroups.wgsl, in CPU time of two cores. Needs read-quads.wgsl,
// rectify.wgsl (192 of any activation take a second to compile), terms_of and store_eight (store-eight.wgsl, or an epilogue's),
// and the function all_channels, which calls `channel` for each.
// Prelude: BATCH, CHANNELS_IN, LENGTH_IN, CHANNELS_OUT, LENGTH_OUT, KERNEL, PADDING (i32), REVERSED, HAS_BIAS.
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS_OUT, CHANNELS_IN, KERNEL], see direct.wgsl
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS_OUT]

const LANES: u32 = 16u;
const EACH: u32 = 8u;
const TAPS: u32 = KERNEL;
const WIDTH: u32 = LENGTH_OUT;
const STRETCHES: u32 = LENGTH_OUT / EACH;

alias Values = array<vec4f, TAPS>;
alias Windows = array<Values, CHANNELS_IN>;

fn channel(o: u32, b: u32, t: u32, near: ptr<function, Windows>, far: ptr<function, Windows>) {
  var left: vec4f;
  var right: vec4f;
  for (var c = 0u; c < CHANNELS_IN; c++) {
    for (var k = 0u; k < KERNEL; k++) {
      let at = select((o * CHANNELS_IN + c) * KERNEL + k, (c * CHANNELS_OUT + o + 1u) * KERNEL - 1u - k, REVERSED);
      let factor = vec4f(weight[at]);
      left = fma(factor, (*near)[c][k], left);
      right = fma(factor, (*far)[c][k], right);
    }
  }
  store_eight(b * CHANNELS_OUT + o, t, terms_of(o), left, right);
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  // None is past the end: behind a condition no load would be for all threads.
  let stretch = (group.y * groups.x + group.x) * LANES + lane;
  let b = stretch / STRETCHES;
  let t = stretch % STRETCHES * EACH;
  var near: Windows;
  var far: Windows;
  for (var c = 0u; c < CHANNELS_IN; c++) {
    var first: Values;
    var second: Values;
    read_taps((b * CHANNELS_IN + c) * LENGTH_IN, i32(t) - PADDING, &first, &second);
    near[c] = first;
    far[c] = second;
  }
  all_channels(b, t, &near, &far);
}
