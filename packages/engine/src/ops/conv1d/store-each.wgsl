// Rows of any length.
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [BATCH, CHANNELS_OUT, LENGTH_OUT]

fn store_four(row: u32, t: u32, sums: vec4f) {
  for (var i = 0u; i < min(4u, LENGTH_OUT - t); i++) { y[row * LENGTH_OUT + t + i] = activate(sums[i]); }
}
