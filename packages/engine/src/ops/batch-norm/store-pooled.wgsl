// The larger of each pair of four neighbours. Needs larger.wgsl (pool/).
@group(0) @binding(5) var<storage, read_write> pooled: array<vec2f>;  // [BATCH, CHANNELS, LENGTH / 4]

fn store(i: u32, values: vec4f) {
  pooled[i] = vec2f(larger_of(values.x, values.y), larger_of(values.z, values.w));
}
