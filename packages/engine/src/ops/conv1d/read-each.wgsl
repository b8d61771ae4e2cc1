// What TAPS taps from sample `start` on see of a row, at eight neighbouring positions; zero outside the row.
@group(0) @binding(0) var<storage, read> x: array<f32>;       // [BATCH, CHANNELS_IN, LENGTH_IN]

const SPAN: i32 = i32((LENGTH_IN - 1u) * DILATION + 1u);

fn load_x(row: u32, at: i32) -> f32 {
  let inside = at >= 0 && at < SPAN && (DILATION == 1u || u32(at) % DILATION == 0u);
  return select(0.0, x[row + u32(clamp(at, 0, SPAN - 1)) / DILATION], inside);
}

fn read_taps(row: u32, start: i32, near: ptr<function, Values>, far: ptr<function, Values>) {
  var window: array<f32, EACH>;
  if (STRIDE == 1u) {
    // One short of the first tap's samples: every tap brings in one more.
    for (var j = 1u; j < EACH; j++) { window[j] = load_x(row, start + i32(j) - 1); }
  }
  for (var k = 0u; k < TAPS; k++) {
    if (STRIDE == 1u) {
      for (var j = 1u; j < EACH; j++) { window[j - 1u] = window[j]; }
      window[EACH - 1u] = load_x(row, start + i32(k + EACH) - 1);
    } else {
      for (var j = 0u; j < EACH; j++) { window[j] = load_x(row, start + i32(k + j * STRIDE)); }
    }
    (*near)[k] = vec4f(window[0], window[1], window[2], window[3]);
    (*far)[k] = vec4f(window[4], window[5], window[6], window[7]);
  }
}
