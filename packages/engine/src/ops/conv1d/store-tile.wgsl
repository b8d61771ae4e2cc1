// Stores 8 channels × 8 neighbouring positions. Needs register-tile.wgsl, and store_eight with its Terms: of an epilogue, or
// store-eight.wgsl. Channels past the end are not stored.
fn store_tile(b: u32, o: u32, t: u32, terms: array<Terms, 8>, left: Tile, right: Tile) {
  if (o >= CHANNELS_OUT) { return; }
  // Copies that may be indexed, and few activations in a loop: written out, 64 of them take long to compile.
  var own = terms;
  var near = left;
  var far = right;
  for (var i = 0u; i < min(8u, CHANNELS_OUT - o); i++) {
    store_eight(b * CHANNELS_OUT + o + i, t, own[i], near[i], far[i]);
  }
}
