// y[b, o, t] = f(bias[o] + Σ over c, k of w[o, c, k] · x̃[b, c, t·STRIDE + k − PADDING]), where x̃ is x with zeros around it
// and DILATION − 1 zeros between its samples. REVERSED takes w as [CHANNELS_IN, CHANNELS_OUT, KERNEL] with its taps
// backwards, which makes this the gradient of x. Each thread holds 8 channels × 4 neighbouring positions in registers;
// the 8 channels are the same for the whole workgroup, so its weights are broadcast from workgroup memory.
// Needs is-nan.wgsl, activation.wgsl and register-tile.wgsl. Prelude: BATCH, CHANNELS_IN, LENGTH_IN, CHANNELS_OUT,
// LENGTH_OUT, KERNEL, STRIDE, DILATION, PADDING (i32), REVERSED, CHANNEL_BLOCK and KERNEL_BLOCK (the weights in workgroup
// memory at a time), HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [BATCH, CHANNELS_IN, LENGTH_IN]
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS_OUT, CHANNELS_IN, KERNEL]
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS_OUT]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [BATCH, CHANNELS_OUT, LENGTH_OUT]

const EACH: u32 = 4u;
const QUADS: u32 = (LENGTH_OUT + EACH - 1u) / EACH;
const CHANNEL_GROUPS: u32 = (CHANNELS_OUT + 7u) / 8u;
const SPAN: i32 = i32((LENGTH_IN - 1u) * DILATION + 1u);

var<workgroup> low: array<vec4f, CHANNEL_BLOCK * KERNEL_BLOCK>;
var<workgroup> high: array<vec4f, CHANNEL_BLOCK * KERNEL_BLOCK>;

fn load_weight(o: u32, c: u32, k: u32) -> f32 {
  if (o >= CHANNELS_OUT || c >= CHANNELS_IN || k >= KERNEL) { return 0.0; }
  if (REVERSED) { return weight[(c * CHANNELS_OUT + o) * KERNEL + KERNEL - 1u - k]; }
  return weight[(o * CHANNELS_IN + c) * KERNEL + k];
}

fn load_weights(o: u32, c: u32, k: u32) -> vec4f {
  return vec4f(load_weight(o, c, k), load_weight(o + 1u, c, k), load_weight(o + 2u, c, k), load_weight(o + 3u, c, k));
}

fn load_x(row: u32, at: i32) -> f32 {
  let inside = at >= 0 && at < SPAN && (DILATION == 1u || u32(at) % DILATION == 0u);
  return select(0.0, x[row + u32(clamp(at, 0, SPAN - 1)) / DILATION], inside);
}

fn store(row: u32, t: u32, o: u32, sum: vec4f) {
  if (o >= CHANNELS_OUT) { return; }
  var added = 0.0;
  if (HAS_BIAS) { added = bias[o]; }
  for (var i = 0u; i < EACH; i++) {
    if (t + i < LENGTH_OUT) { y[(row * CHANNELS_OUT + o) * LENGTH_OUT + t + i] = activate(sum[i] + added); }
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  let o = (number % CHANNEL_GROUPS) * 8u;
  let quad = (number / CHANNEL_GROUPS) * LANES + lane;
  let b = min(quad / QUADS, BATCH - 1u);
  let t = (quad % QUADS) * EACH;
  let first = i32(t * STRIDE) - PADDING;
  var tile: Tile;
  for (var c0 = 0u; c0 < CHANNELS_IN; c0 += CHANNEL_BLOCK) {
    for (var k0 = 0u; k0 < KERNEL; k0 += KERNEL_BLOCK) {
      workgroupBarrier();
      for (var i = lane; i < CHANNEL_BLOCK * KERNEL_BLOCK; i += LANES) {
        let c = c0 + i / KERNEL_BLOCK;
        let k = k0 + i % KERNEL_BLOCK;
        low[i] = load_weights(o, c, k);
        high[i] = load_weights(o + 4u, c, k);
      }
      workgroupBarrier();
      // A constant where the whole kernel is staged at once, so that the loop over it is unrolled.
      let taps = select(min(KERNEL_BLOCK, KERNEL - k0), KERNEL, KERNEL_BLOCK == KERNEL);
      for (var dc = 0u; dc < min(CHANNEL_BLOCK, CHANNELS_IN - c0); dc++) {
        let row = (b * CHANNELS_IN + c0 + dc) * LENGTH_IN;
        let start = first + i32(k0);
        // With stride 1 the four positions' samples slide along by one a tap: one load each.
        var v = vec4f(0.0, load_x(row, start), load_x(row, start + 1), load_x(row, start + 2));
        for (var k = 0u; k < taps; k++) {
          let at = start + i32(k);
          if (STRIDE == 1u) {
            v = vec4f(v.yzw, load_x(row, at + 3));
          } else {
            let s = i32(STRIDE);
            v = vec4f(load_x(row, at), load_x(row, at + s), load_x(row, at + 2 * s), load_x(row, at + 3 * s));
          }
          accumulate(&tile, low[dc * KERNEL_BLOCK + k], high[dc * KERNEL_BLOCK + k], v);
        }
      }
    }
  }
  if (quad >= BATCH * QUADS) { return; }
  store(b, t, o, tile[0]);
  store(b, t, o + 1u, tile[1]);
  store(b, t, o + 2u, tile[2]);
  store(b, t, o + 3u, tile[3]);
  store(b, t, o + 4u, tile[4]);
  store(b, t, o + 5u, tile[5]);
  store(b, t, o + 6u, tile[6]);
  store(b, t, o + 7u, tile[7]);
}
