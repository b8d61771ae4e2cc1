// The tensor that is added, four neighbours at a time. Prelude: ADDEND, its binding.
@group(0) @binding(ADDEND) var<storage, read> addend: array<vec4f>;

fn with_addend(values: vec4f, at: u32) -> vec4f {
  return values + addend[at / 4u];
}
