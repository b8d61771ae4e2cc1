// Eight neighbours as they are, which something else reads too, and the larger of each pair of them. Needs larger.wgsl (pool/).
// Prelude: OUTPUT and POOLED, their bindings.
@group(0) @binding(OUTPUT) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(POOLED) var<storage, read_write> pooled: array<vec4f>;

fn store(i: u32, near: vec4f, far: vec4f) {
  y[2u * i] = near;
  y[2u * i + 1u] = far;
  pooled[i] = larger(vec4f(near.xz, far.xz), vec4f(near.yw, far.yw));
}
