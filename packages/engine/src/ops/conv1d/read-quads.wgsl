// What read-each.wgsl reads, four samples at a time: for stride and dilation 1, a kernel of 8 or less and rows whose length is a
// multiple of four. On lavapipe layers 1 and 2 of the beat network take a tenth less time with it, the others as long.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;     // [BATCH, CHANNELS_IN, LENGTH_IN / 4]

// Samples between the four that hold the first one, and that one; positions are multiples of eight.
const SHIFT: u32 = u32((4 - PADDING % 4) % 4);
const QUADS: u32 = (SHIFT + EACH + TAPS + 2u) / 4u;

fn read_taps(row: u32, start: i32, near: ptr<function, Values>, far: ptr<function, Values>) {
  var samples: array<f32, 4u * QUADS>;
  for (var i = 0u; i < QUADS; i++) {
    let at = start + 4 * i32(i) - i32(SHIFT);
    let inside = at >= 0 && at < i32(LENGTH_IN);
    let four = select(vec4f(), x[(row + select(0u, u32(at), inside)) / 4u], inside);
    samples[4u * i] = four.x;
    samples[4u * i + 1u] = four.y;
    samples[4u * i + 2u] = four.z;
    samples[4u * i + 3u] = four.w;
  }
  for (var k = 0u; k < TAPS; k++) {
    let i = k + SHIFT;
    (*near)[k] = vec4f(samples[i], samples[i + 1u], samples[i + 2u], samples[i + 3u]);
    (*far)[k] = vec4f(samples[i + 4u], samples[i + 5u], samples[i + 6u], samples[i + 7u]);
  }
}
