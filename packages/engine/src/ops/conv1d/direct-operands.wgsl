// What the convolutions that share their weights in a workgroup read and write, CHANNELS × POSITIONS outputs a thread:
// y[b, o, t] = f(bias[o] + Σ over c, k of w[o, c, k] · x̃[b, c, t·STRIDE + k − PADDING]), where x̃ is x with zeros around it
// and DILATION − 1 zeros between its samples. REVERSED takes w as [CHANNELS_IN, CHANNELS_OUT, KERNEL] with its taps
// backwards, which makes this the gradient of x. Needs is-nan.wgsl and activation.wgsl. Prelude: BATCH, CHANNELS_IN,
// LENGTH_IN, CHANNELS_OUT, LENGTH_OUT, KERNEL, STRIDE, DILATION, PADDING (i32), REVERSED, HAS_BIAS, ACTIVATION,
// LANES, CHANNELS (4 or 8), POSITIONS (4 or 8), CHANNEL_BLOCK and KERNEL_BLOCK (the weights in workgroup memory at a time).
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [BATCH, CHANNELS_IN, LENGTH_IN]
@group(0) @binding(1) var<storage, read> weight: array<f32>;  // [CHANNELS_OUT, CHANNELS_IN, KERNEL]
@group(0) @binding(2) var<storage, read> bias: array<f32>;    // [CHANNELS_OUT]
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [BATCH, CHANNELS_OUT, LENGTH_OUT]

const STRETCHES: u32 = (LENGTH_OUT + POSITIONS - 1u) / POSITIONS;
const CHANNEL_GROUPS: u32 = (CHANNELS_OUT + CHANNELS - 1u) / CHANNELS;
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

fn stage_weights(o: u32, c0: u32, k0: u32, lane: u32) {
  workgroupBarrier();
  for (var i = lane; i < CHANNEL_BLOCK * KERNEL_BLOCK; i += LANES) {
    let c = c0 + i / KERNEL_BLOCK;
    let k = k0 + i % KERNEL_BLOCK;
    low[i] = load_weights(o, c, k);
    if (CHANNELS > 4u) { high[i] = load_weights(o + 4u, c, k); }
  }
  workgroupBarrier();
}

fn load_x(row: u32, at: i32) -> f32 {
  let inside = at >= 0 && at < SPAN && (DILATION == 1u || u32(at) % DILATION == 0u);
  return select(0.0, x[row + u32(clamp(at, 0, SPAN - 1)) / DILATION], inside);
}
