// Four neighbours as they are, which something else reads too, and the larger of each pair of them. Needs larger.wgsl (pool/).
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;       // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(6) var<storage, read_write> pooled: array<vec2f>;  // [BATCH, CHANNELS, LENGTH / 4]

fn store(i: u32, values: vec4f) {
  y[i] = values;
  pooled[i] = vec2f(larger_of(values.x, values.y), larger_of(values.z, values.w));
}
