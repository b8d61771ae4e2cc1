// y[row, t] = max of the samples t·STRIDE − PADDING … + KERNEL − 1; NaN where there is one. Instead of a sample outside the
// row its nearest is taken, which the window has too: so all threads do the same, and read each sample once.
// Needs is-nan.wgsl. Prelude: ROWS, LENGTH_IN, LENGTH_OUT, KERNEL, STRIDE, PADDING.
@group(0) @binding(0) var<storage, read> x: array<f32>;        // [ROWS, LENGTH_IN]
@group(0) @binding(1) var<storage, read_write> y: array<f32>;  // [ROWS, LENGTH_OUT]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= ROWS * LENGTH_OUT) { return; }
  var largest = 0.0;
  for (var k = 0u; k < KERNEL; k++) {
    let at = clamp(i % LENGTH_OUT * STRIDE + k, PADDING, LENGTH_IN - 1u + PADDING) - PADDING;
    let value = x[i / LENGTH_OUT * LENGTH_IN + at];
    // Comparisons with NaN are not to be relied on under fast-math.
    largest = select(largest, value, k == 0u || is_nan(value) || (value > largest && !is_nan(largest)));
  }
  y[i] = largest;
}
