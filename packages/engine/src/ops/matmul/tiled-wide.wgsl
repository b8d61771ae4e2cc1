// tiled.wgsl with 8×8 accumulators a thread: each number from workgroup memory serves twice as many products. A thread's
// rows, and its columns, are two groups of four half a tile apart, so that neighbours read neighbouring groups.
// Needs tiled-operands.wgsl and register-tile.wgsl. Prelude: that of tiled-operands.wgsl, K_PER_SPLIT.
@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z % BATCH;
  let split = group.z / BATCH;
  let first = split * K_PER_SPLIT;
  let end = min(K, first + K_PER_SPLIT);
  var left: Tile;
  var right: Tile;
  for (var k0 = first; k0 < end; k0 += DEPTH) {
    // Bounded by a value, not by a constant: compilers that unroll constant loops whole take seconds over these.
    let depth = min(DEPTH, end - k0);
    stage(batch, group, k0, depth, lane);
    for (var k = 0u; k < depth; k++) {
      let low = tile_a[k * GROUPS + local.y];
      let high = tile_a[k * GROUPS + SIDE + local.y];
      accumulate(&left, low, high, tile_b[k * GROUPS + local.x]);
      accumulate(&right, low, high, tile_b[k * GROUPS + SIDE + local.x]);
    }
    workgroupBarrier();
  }
  // Copies that may be indexed: written out, 64 activations take long to compile.
  var near = left;
  var far = right;
  let row = group.y * TILE + local.y * 4u;
  let column = group.x * TILE + local.x * 4u;
  let part = split * BATCH + batch;
  for (var i = 0u; i < 8u; i++) {
    let own = row + i % 4u + i / 4u * (TILE / 2u);
    store_row(part, own, column, near[i]);
    store_row(part, own, column + TILE / 2u, far[i]);
  }
}
