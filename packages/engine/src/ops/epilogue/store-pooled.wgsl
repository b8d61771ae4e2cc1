// The larger of each pair of eight neighbours. Needs larger.wgsl (pool/). Prelude: OUTPUT, its binding.
@group(0) @binding(OUTPUT) var<storage, read_write> y: array<vec4f>;

fn store(i: u32, near: vec4f, far: vec4f) {
  y[i] = larger(vec4f(near.xz, far.xz), vec4f(near.yw, far.yw));
}
