// What one thread holds in registers: 8 rows × 4 neighbours. Indices are written out, so that no backend mistakes the
// array for memory.
alias Tile = array<vec4f, 8>;

// Adds the outer product of the eight rows' factors, `low` and `high`, with the four neighbours' values.
fn accumulate(tile: ptr<function, Tile>, low: vec4f, high: vec4f, values: vec4f) {
  (*tile)[0] = fma(vec4f(low.x), values, (*tile)[0]);
  (*tile)[1] = fma(vec4f(low.y), values, (*tile)[1]);
  (*tile)[2] = fma(vec4f(low.z), values, (*tile)[2]);
  (*tile)[3] = fma(vec4f(low.w), values, (*tile)[3]);
  (*tile)[4] = fma(vec4f(high.x), values, (*tile)[4]);
  (*tile)[5] = fma(vec4f(high.y), values, (*tile)[5]);
  (*tile)[6] = fma(vec4f(high.z), values, (*tile)[6]);
  (*tile)[7] = fma(vec4f(high.w), values, (*tile)[7]);
}
