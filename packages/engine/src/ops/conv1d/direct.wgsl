// Each thread holds 8 channels × 4 neighbouring positions in registers; the 8 channels are the same for the whole workgroup,
// so its weights are broadcast from workgroup memory. Needs direct-operands.wgsl and register-tile.wgsl.

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  let o = (number % CHANNEL_GROUPS) * CHANNELS;
  let stretch = (number / CHANNEL_GROUPS) * LANES + lane;
  let b = min(stretch / STRETCHES, BATCH - 1u);
  let t = (stretch % STRETCHES) * POSITIONS;
  let first = i32(t * STRIDE) - PADDING;
  var tile: Tile;
  for (var c0 = 0u; c0 < CHANNELS_IN; c0 += CHANNEL_BLOCK) {
    for (var k0 = 0u; k0 < KERNEL; k0 += KERNEL_BLOCK) {
      stage_weights(o, c0, k0, lane);
      // A constant where the whole kernel is staged at once, so that the loop over it is unrolled.
      let taps = select(min(KERNEL_BLOCK, KERNEL - k0), KERNEL, KERNEL_BLOCK == KERNEL);
      for (var dc = 0u; dc < min(CHANNEL_BLOCK, CHANNELS_IN - c0); dc++) {
        let row = (b * CHANNELS_IN + c0 + dc) * LENGTH_IN;
        let start = first + i32(k0);
        // With stride 1 the four positions' samples slide along by one a tap: one load each.
        var v = vec4f(0.0, load_x(row, start), load_x(row, start + 1), load_x(row, start + 2));
        for (var k = 0u; k < taps; k++) {
          let at = start + i32(k);
          if (STRIDE == 1u) {
            v = vec4f(v.yzw, load_x(row, at + 3));
          } else {
            let s = i32(STRIDE);
            v = vec4f(load_x(row, at), load_x(row, at + s), load_x(row, at + 2 * s), load_x(row, at + 3 * s));
          }
          accumulate(&tile, low[dc * KERNEL_BLOCK + k], high[dc * KERNEL_BLOCK + k], v);
        }
      }
    }
  }
  if (stretch >= BATCH * STRETCHES) { return; }
  store(b, t, o, tile[0]);
  store(b, t, o + 1u, tile[1]);
  store(b, t, o + 2u, tile[2]);
  store(b, t, o + 3u, tile[3]);
  store(b, t, o + 4u, tile[4]);
  store(b, t, o + 5u, tile[5]);
  store(b, t, o + 6u, tile[6]);
  store(b, t, o + 7u, tile[7]);
}
