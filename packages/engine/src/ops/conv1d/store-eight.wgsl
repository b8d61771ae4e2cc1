// Eight neighbouring sums of a row and its channel's bias, or fewer at its end. Needs terms-bias.wgsl, and one of
// store-quads.wgsl and store-each.wgsl (ops/).
fn store_eight(row: u32, t: u32, terms: Terms, left: vec4f, right: vec4f) {
  store_four(row, t, normalised(left, terms));
  if (t + 4u < LENGTH_OUT) { store_four(row, t + 4u, normalised(right, terms)); }
}
