// Four neighbours of a row to y, or fewer at its end: rows of any length. Needs activation.wgsl and WIDTH, the rows' length.
@group(0) @binding(3) var<storage, read_write> y: array<f32>; // [rows, WIDTH]

fn store_four(row: u32, at: u32, sums: vec4f) {
  for (var i = 0u; i < min(4u, WIDTH - at); i++) { y[row * WIDTH + at + i] = activate(sums[i]); }
}
