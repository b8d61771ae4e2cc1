// direct-store.wgsl with an epilogue: y = pool(f(normalised sum + addend)); windows of two side by side, which lie within four
// neighbours. Needs terms-bias.wgsl or terms-norm.wgsl, one of the addends, activate, and larger.wgsl. Prelude: POOLS.
fn store(b: u32, t: u32, o: u32, sums: vec4f) {
  if (o >= CHANNELS_OUT) { return; }
  let row = b * CHANNELS_OUT + o;
  let v = with_addend(normalised(sums, terms_of(o)), row * LENGTH_OUT + t);
  for (var i = 0u; i < 4u; i++) {
    if (POOLS) {
      let pair = i & 2u;
      if (i == pair && t + pair + 1u < LENGTH_OUT) {
        y[row * (LENGTH_OUT / 2u) + (t + pair) / 2u] = larger_of(activate(v[pair]), activate(v[pair + 1u]));
      }
    } else if (t + i < LENGTH_OUT) {
      y[row * LENGTH_OUT + t + i] = activate(v[i]);
    }
  }
}
