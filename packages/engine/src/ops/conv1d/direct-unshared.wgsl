// The convolution of direct.wgsl without workgroup memory, for CPUs: each thread holds 8 channels × 8 neighbouring positions,
// for which it reads 8 weights and, with stride 1, little more than one sample a tap. Needs is-nan.wgsl, activation.wgsl,
// register-tile.wgsl and store-tile.wgsl. Prelude: BATCH, CHANNELS_IN, LENGTH_IN, CHANNELS_OUT, LENGTH_OUT, KERNEL, STRIDE, DILATION, PADDING
// (i32), REVERSED, CHANNELS (8), HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [BATCH, CHANNELS_IN, LENGTH_IN]
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS_OUT, CHANNELS_IN, KERNEL], see direct.wgsl
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS_OUT]

const LANES: u32 = 16u;
const EACH: u32 = 8u;
const WIDTH: u32 = LENGTH_OUT;
const STRETCHES: u32 = (LENGTH_OUT + EACH - 1u) / EACH;
const CHANNEL_TILES: u32 = (CHANNELS_OUT + CHANNELS - 1u) / CHANNELS;
const SPAN: i32 = i32((LENGTH_IN - 1u) * DILATION + 1u);

fn load_x(row: u32, at: i32) -> f32 {
  let inside = at >= 0 && at < SPAN && (DILATION == 1u || u32(at) % DILATION == 0u);
  return select(0.0, x[row + u32(clamp(at, 0, SPAN - 1)) / DILATION], inside);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Threads and channels past the end repeat the last one and are not stored.
  let number = group.y * groups.x + group.x;
  let o = number % CHANNEL_TILES * CHANNELS;
  let stretch = number / CHANNEL_TILES * LANES + lane;
  let b = min(stretch / STRETCHES, BATCH - 1u);
  let t = stretch % STRETCHES * EACH;
  let channel_pitch = select(CHANNELS_IN * KERNEL, KERNEL, REVERSED);
  let low = min(o + vec4u(0u, 1u, 2u, 3u), vec4u(CHANNELS_OUT - 1u)) * channel_pitch;
  let high = min(o + vec4u(4u, 5u, 6u, 7u), vec4u(CHANNELS_OUT - 1u)) * channel_pitch;
  let start = i32(t * STRIDE) - PADDING;
  let s = i32(STRIDE);
  // Always 0, which no compiler knows: loops bounded by constants are unrolled, and take seconds to compile.
  let never = u32(groups.x == 0u);
  var left: Tile;
  var right: Tile;
  for (var c = 0u; c < CHANNELS_IN + never; c++) {
    let row = (b * CHANNELS_IN + c) * LENGTH_IN;
    var near = vec4f();
    var far = vec4f();
    if (STRIDE == 1u) {
      // One short of the first tap's samples: every tap brings in one more.
      near = vec4f(0.0, load_x(row, start), load_x(row, start + 1), load_x(row, start + 2));
      far = vec4f(load_x(row, start + 3), load_x(row, start + 4), load_x(row, start + 5), load_x(row, start + 6));
    }
    for (var k = 0u; k < KERNEL + never; k++) {
      let at = start + i32(k);
      if (STRIDE == 1u) {
        near = vec4f(near.yzw, far.x);
        far = vec4f(far.yzw, load_x(row, at + 7));
      } else {
        near = vec4f(load_x(row, at), load_x(row, at + s), load_x(row, at + 2 * s), load_x(row, at + 3 * s));
        far = vec4f(load_x(row, at + 4 * s), load_x(row, at + 5 * s), load_x(row, at + 6 * s), load_x(row, at + 7 * s));
      }
      let tap = select(c * KERNEL + k, c * CHANNELS_OUT * KERNEL + KERNEL - 1u - k, REVERSED);
      let up = vec4f(weight[low.x + tap], weight[low.y + tap], weight[low.z + tap], weight[low.w + tap]);
      let down = vec4f(weight[high.x + tap], weight[high.y + tap], weight[high.z + tap], weight[high.w + tap]);
      accumulate(&left, up, down, near);
      accumulate(&right, up, down, far);
    }
  }
  if (stretch >= BATCH * STRETCHES) { return; }
  var terms: array<Terms, 8>;
  for (var i = 0u; i < 8u; i++) { terms[i] = terms_of(min(o + i, CHANNELS_OUT - 1u)); }
  store_tile(b, o, t, terms, left, right);
}
