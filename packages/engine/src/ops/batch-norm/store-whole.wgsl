// Four neighbours as they are.
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;  // [BATCH, CHANNELS, LENGTH / 4]

fn store(i: u32, values: vec4f) {
  y[i] = values;
}
