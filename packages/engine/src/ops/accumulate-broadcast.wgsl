// Adds to two register tiles, 8 rows × 8 neighbours, TERMS terms of each sum at once: the outer products of the rows' factors with
// the neighbours' values. The rows are the same for all threads of the subgroup, and each of eight threads has read the factors
// of one, which the others get without a load. Needs register-tile.wgsl, subgroups of 8 threads or more, and TERMS.
alias Factors = array<f32, TERMS>;
alias Values = array<vec4f, TERMS>;

fn accumulate_broadcast(
  left: ptr<function, Tile>, right: ptr<function, Tile>, factors: ptr<function, Factors>,
  near: ptr<function, Values>, far: ptr<function, Values>,
) {
  // A row after the other with all its terms, so that its sums stay in registers meanwhile.
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 0u));
    (*left)[0] = fma(factor, (*near)[k], (*left)[0]);
    (*right)[0] = fma(factor, (*far)[k], (*right)[0]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 1u));
    (*left)[1] = fma(factor, (*near)[k], (*left)[1]);
    (*right)[1] = fma(factor, (*far)[k], (*right)[1]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 2u));
    (*left)[2] = fma(factor, (*near)[k], (*left)[2]);
    (*right)[2] = fma(factor, (*far)[k], (*right)[2]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 3u));
    (*left)[3] = fma(factor, (*near)[k], (*left)[3]);
    (*right)[3] = fma(factor, (*far)[k], (*right)[3]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 4u));
    (*left)[4] = fma(factor, (*near)[k], (*left)[4]);
    (*right)[4] = fma(factor, (*far)[k], (*right)[4]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 5u));
    (*left)[5] = fma(factor, (*near)[k], (*left)[5]);
    (*right)[5] = fma(factor, (*far)[k], (*right)[5]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 6u));
    (*left)[6] = fma(factor, (*near)[k], (*left)[6]);
    (*right)[6] = fma(factor, (*far)[k], (*right)[6]);
  }
  for (var k = 0u; k < TERMS; k++) {
    let factor = vec4f(subgroupBroadcast((*factors)[k], 7u));
    (*left)[7] = fma(factor, (*near)[k], (*left)[7]);
    (*right)[7] = fma(factor, (*far)[k], (*right)[7]);
  }
}
