// y[b, o, t] = bias[o] + Σ weight[o, c, k]·x[b, c, t + k − PADDING], one thread an element, nothing shared.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let t = id.x;
  let o = id.y;
  if (t >= LENGTH) { return; }
  var sum = bias[o];
  for (var c = 0u; c < CHANNELS_IN; c++) {
    for (var k = 0u; k < KERNEL; k++) {
      let at = i32(t + k) - i32(PADDING);
      if (at >= 0 && at < i32(LENGTH)) {
        sum += weight[(o * CHANNELS_IN + c) * KERNEL + k] * x[(id.z * CHANNELS_IN + c) * LENGTH + u32(at)];
      }
    }
  }
  y[(id.z * CHANNELS_OUT + o) * LENGTH + t] = sum;
}
