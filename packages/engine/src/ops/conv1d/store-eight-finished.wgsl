// store-eight.wgsl with an epilogue: y = pool(f(normalised sum + addend)), LENGTH_OUT a multiple of eight; windows of two side by side.
// Needs terms-bias.wgsl or terms-norm.wgsl, one of the addends, activate, and larger.wgsl. Prelude: POOLS.
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;  // [BATCH, CHANNELS_OUT, LENGTH_OUT / 4, or / 8 where it pools]

fn finished(at: u32, sums: vec4f, terms: Terms) -> vec4f {
  let v = with_addend(normalised(sums, terms), at);
  return vec4f(activate(v.x), activate(v.y), activate(v.z), activate(v.w));
}

fn store_eight(row: u32, t: u32, terms: Terms, left: vec4f, right: vec4f) {
  let at = row * LENGTH_OUT + t;
  let near = finished(at, left, terms);
  let far = finished(at + 4u, right, terms);
  if (POOLS) {
    y[at / 8u] = larger(vec4f(near.xz, far.xz), vec4f(near.yw, far.yw));
  } else {
    y[at / 4u] = near;
    y[at / 4u + 1u] = far;
  }
}
