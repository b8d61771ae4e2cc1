// direct.wgsl with other register tiles, CHANNELS × POSITIONS a thread: 4 × 4 or 8 × 8. Fewer make more threads, more read
// less for each product. The half of a tile that is not stored is dead code, which drivers drop.
// Needs direct-operands.wgsl and register-tile.wgsl.

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  let o = (number % CHANNEL_GROUPS) * CHANNELS;
  let stretch = (number / CHANNEL_GROUPS) * LANES + lane;
  let b = min(stretch / STRETCHES, BATCH - 1u);
  let t = (stretch % STRETCHES) * POSITIONS;
  let first = i32(t * STRIDE) - PADDING;
  var near: Tile;
  var far: Tile;
  for (var c0 = 0u; c0 < CHANNELS_IN; c0 += CHANNEL_BLOCK) {
    for (var k0 = 0u; k0 < KERNEL; k0 += KERNEL_BLOCK) {
      stage_weights(o, c0, k0, lane);
      // A constant where the whole kernel is staged at once, so that the loop over it is unrolled.
      let taps = select(min(KERNEL_BLOCK, KERNEL - k0), KERNEL, KERNEL_BLOCK == KERNEL);
      for (var dc = 0u; dc < min(CHANNEL_BLOCK, CHANNELS_IN - c0); dc++) {
        let row = (b * CHANNELS_IN + c0 + dc) * LENGTH_IN;
        let start = first + i32(k0);
        // With stride 1 the samples slide along by one a tap: one load each.
        var v = vec4f(0.0, load_x(row, start), load_x(row, start + 1), load_x(row, start + 2));
        var w = vec4f();
        if (POSITIONS > 4u) {
          w = vec4f(load_x(row, start + 3), load_x(row, start + 4), load_x(row, start + 5), load_x(row, start + 6));
        }
        for (var k = 0u; k < taps; k++) {
          let at = start + i32(k);
          let s = i32(STRIDE);
          let up = low[dc * KERNEL_BLOCK + k];
          var down = vec4f();
          if (CHANNELS > 4u) { down = high[dc * KERNEL_BLOCK + k]; }
          if (STRIDE > 1u) {
            v = vec4f(load_x(row, at), load_x(row, at + s), load_x(row, at + 2 * s), load_x(row, at + 3 * s));
          } else if (POSITIONS > 4u) {
            v = vec4f(v.yzw, w.x);
          } else {
            v = vec4f(v.yzw, load_x(row, at + 3));
          }
          accumulate(&near, up, down, v);
          if (POSITIONS > 4u) {
            if (STRIDE > 1u) {
              w = vec4f(load_x(row, at + 4 * s), load_x(row, at + 5 * s), load_x(row, at + 6 * s), load_x(row, at + 7 * s));
            } else {
              w = vec4f(w.yzw, load_x(row, at + 7));
            }
            accumulate(&far, up, down, w);
          }
        }
      }
    }
  }
  if (stretch >= BATCH * STRETCHES) { return; }
  // Copies that may be indexed: written out, 64 activations take long to compile.
  var first_half = near;
  var second_half = far;
  for (var i = 0u; i < CHANNELS; i++) {
    store(b, t, o + i, first_half[i]);
    if (POSITIONS > 4u) { store(b, t + 4u, o + i, second_half[i]); }
  }
}
