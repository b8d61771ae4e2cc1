// Rows whose length is a multiple of four, stored four at a time: on lavapipe layer 1 of the beat network takes 0.34 ms with it
// and 0.48 with store-each.wgsl, in CPU time of two cores.
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [BATCH, CHANNELS_OUT, LENGTH_OUT / 4]

fn store_four(row: u32, t: u32, sums: vec4f) {
  y[(row * LENGTH_OUT + t) / 4u] = vec4f(activate(sums.x), activate(sums.y), activate(sums.z), activate(sums.w));
}
