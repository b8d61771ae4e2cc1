// Partial sums of dw[o, c, k] = Σ over b, t of dy[b, o, t] · x̃[b, c, t·STRIDE + k − PADDING] and of db[o] = Σ dy[b, o, t],
// which is one column more, of ones. A workgroup owns 8 channels out × 8 columns (c, k) and a stretch of the terms (b, t).
// Its threads take neighbouring terms, which lie side by side in both tensors, and hold all 64 sums in registers; they meet
// in workgroup memory only at the end, where each sum's parts are added in the threads' order.
// Needs register-tile.wgsl and weight-gradient-operands.wgsl. Prelude: see there, TERMS_PER_SPLIT.
const LANES: u32 = 32u;
const SUMS: u32 = 64u;
// One more than the lanes, so that threads reading one sum each do not meet in one bank.
const PITCH: u32 = LANES + 1u;
const TERMS: u32 = BATCH * LENGTH_OUT;

var<workgroup> parts: array<f32, SUMS * PITCH>;

fn put(row: u32, lane: u32, left: vec4f, right: vec4f) {
  let at = row * 8u * PITCH + lane;
  parts[at] = left.x;
  parts[at + PITCH] = left.y;
  parts[at + 2u * PITCH] = left.z;
  parts[at + 3u * PITCH] = left.w;
  parts[at + 4u * PITCH] = right.x;
  parts[at + 5u * PITCH] = right.y;
  parts[at + 6u * PITCH] = right.z;
  parts[at + 7u * PITCH] = right.w;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let o = group.y * 8u;
  let column = group.x * 8u;
  let c0 = column_at(column);
  let c1 = column_at(column + 1u);
  let c2 = column_at(column + 2u);
  let c3 = column_at(column + 3u);
  let c4 = column_at(column + 4u);
  let c5 = column_at(column + 5u);
  let c6 = column_at(column + 6u);
  let c7 = column_at(column + 7u);
  var left: Tile;
  var right: Tile;
  let end = min(TERMS, (group.z + 1u) * TERMS_PER_SPLIT);
  for (var n = group.z * TERMS_PER_SPLIT + lane; n < end; n += LANES) {
    let b = n / LENGTH_OUT;
    let t = n % LENGTH_OUT;
    let sample = b * CHANNELS_IN * LENGTH_IN;
    let low = vec4f(load_dy(b, o, t), load_dy(b, o + 1u, t), load_dy(b, o + 2u, t), load_dy(b, o + 3u, t));
    let high = vec4f(load_dy(b, o + 4u, t), load_dy(b, o + 5u, t), load_dy(b, o + 6u, t), load_dy(b, o + 7u, t));
    accumulate(&left, low, high, vec4f(load_x(sample, t, c0), load_x(sample, t, c1), load_x(sample, t, c2), load_x(sample, t, c3)));
    accumulate(&right, low, high, vec4f(load_x(sample, t, c4), load_x(sample, t, c5), load_x(sample, t, c6), load_x(sample, t, c7)));
  }
  put(0u, lane, left[0], right[0]);
  put(1u, lane, left[1], right[1]);
  put(2u, lane, left[2], right[2]);
  put(3u, lane, left[3], right[3]);
  put(4u, lane, left[4], right[4]);
  put(5u, lane, left[5], right[5]);
  put(6u, lane, left[6], right[6]);
  put(7u, lane, left[7], right[7]);
  workgroupBarrier();
  for (var sum = lane; sum < SUMS; sum += LANES) {
    let row = o + sum / 8u;
    let own = column + sum % 8u;
    if (row >= CHANNELS_OUT || own > COLUMNS) { continue; }
    var total = 0.0;
    for (var i = 0u; i < LANES; i++) { total += parts[sum * PITCH + i]; }
    partial[(group.z * CHANNELS_OUT + row) * (COLUMNS + 1u) + own] = total;
  }
}
