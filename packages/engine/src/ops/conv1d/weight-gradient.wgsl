// Partial sums of dw[o, c·KERNEL + k] = Σ over b, t of dy[b, o, t] · x̃[b, c, t·STRIDE + k − PADDING] and db[o] = Σ dy[b, o, t],
// each split over its own stretch of the BATCH·LENGTH_OUT terms. Tiles of 32 channels × 32 columns by 8×8 threads, 4×4
// accumulators each in registers, 16 terms at a time in workgroup memory.
// Prelude: BATCH, CHANNELS_IN, LENGTH_IN, CHANNELS_OUT, LENGTH_OUT, KERNEL, STRIDE, PADDING, SPLITS, TERMS_PER_SPLIT.
@group(0) @binding(0) var<storage, read> dy: array<f32>;  // [BATCH, CHANNELS_OUT, LENGTH_OUT]
@group(0) @binding(1) var<storage, read> x: array<f32>;   // [BATCH, CHANNELS_IN, LENGTH_IN]
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;  // [SPLITS, CHANNELS_OUT · COLUMNS + CHANNELS_OUT]

const TILE: u32 = 32u;
const DEPTH: u32 = 16u;
const SIDE: u32 = 8u;
const EACH: u32 = 4u;
const COLUMNS: u32 = CHANNELS_IN * KERNEL;
const TERMS: u32 = BATCH * LENGTH_OUT;

var<workgroup> tile_dy: array<vec4f, DEPTH * SIDE>;
var<workgroup> tile_x: array<vec4f, DEPTH * SIDE>;

fn load_dy(o: u32, b: u32, t: u32) -> f32 {
  if (o >= CHANNELS_OUT) { return 0.0; }
  return dy[(b * CHANNELS_OUT + o) * LENGTH_OUT + t];
}

fn load_x(column: u32, b: u32, t: u32) -> f32 {
  let at = t * STRIDE + column % KERNEL - PADDING;  // wraps to a huge number on the left of the row
  if (column >= COLUMNS || at >= LENGTH_IN) { return 0.0; }
  return x[(b * CHANNELS_IN + column / KERNEL) * LENGTH_IN + at];
}

@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let split = group.z;
  let first = split * TERMS_PER_SPLIT;
  let end = min(TERMS, first + TERMS_PER_SPLIT);
  let row = group.y * TILE + local.y * EACH;
  let column = group.x * TILE + local.x * EACH;
  var sum: array<vec4f, EACH>;
  var bias = vec4f();
  for (var n0 = first; n0 < end; n0 += DEPTH) {
    for (var i = lane; i < DEPTH * SIDE; i += SIDE * SIDE) {
      // Neighbouring threads read neighbouring terms, which lie side by side in both tensors.
      let n = n0 + i % DEPTH;
      let at = (i % DEPTH) * SIDE + i / DEPTH;
      let r = group.y * TILE + (i / DEPTH) * EACH;
      let q = group.x * TILE + (i / DEPTH) * EACH;
      var left = vec4f();
      var right = vec4f();
      if (n < end) {
        let b = n / LENGTH_OUT;
        let t = n % LENGTH_OUT;
        left = vec4f(load_dy(r, b, t), load_dy(r + 1u, b, t), load_dy(r + 2u, b, t), load_dy(r + 3u, b, t));
        right = vec4f(load_x(q, b, t), load_x(q + 1u, b, t), load_x(q + 2u, b, t), load_x(q + 3u, b, t));
      }
      tile_dy[at] = left;
      tile_x[at] = right;
    }
    workgroupBarrier();
    for (var n = 0u; n < DEPTH; n++) {
      let left = tile_dy[n * SIDE + local.y];
      let right = tile_x[n * SIDE + local.x];
      bias += left;
      sum[0] = fma(vec4f(left.x), right, sum[0]);
      sum[1] = fma(vec4f(left.y), right, sum[1]);
      sum[2] = fma(vec4f(left.z), right, sum[2]);
      sum[3] = fma(vec4f(left.w), right, sum[3]);
    }
    workgroupBarrier();
  }
  let base = split * CHANNELS_OUT * (COLUMNS + 1u);
  for (var i = 0u; i < EACH; i++) {
    if (row + i >= CHANNELS_OUT) { break; }
    for (var j = 0u; j < EACH; j++) {
      if (column + j < COLUMNS) { partial[base + (row + i) * COLUMNS + column + j] = sum[i][j]; }
    }
    if (column == 0u) { partial[base + CHANNELS_OUT * COLUMNS + row + i] = bias[i]; }
  }
}
