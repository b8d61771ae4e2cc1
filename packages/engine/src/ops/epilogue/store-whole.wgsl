// Eight neighbours as they are. Prelude: OUTPUT, its binding.
@group(0) @binding(OUTPUT) var<storage, read_write> y: array<vec4f>;

fn store(i: u32, near: vec4f, far: vec4f) {
  y[2u * i] = near;
  y[2u * i + 1u] = far;
}
