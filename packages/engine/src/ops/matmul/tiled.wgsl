// c = op(a) · op(b) (+ bias, activation): tiles made by SIDE × SIDE threads, 4×4 accumulators each in registers, with DEPTH
// steps of the inner dimension at a time in workgroup memory. Needs tiled-operands.wgsl. Prelude: what that needs, K_PER_SPLIT.
@compute @workgroup_size(SIDE, SIDE)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z % BATCH;
  let split = group.z / BATCH;
  let first = split * K_PER_SPLIT;
  let end = min(K, first + K_PER_SPLIT);
  let row = group.y * TILE + local.y * EACH;
  let column = group.x * TILE + local.x * EACH;
  var sum: array<vec4f, EACH>;
  for (var k0 = first; k0 < end; k0 += DEPTH) {
    // Bounded by a value, not by a constant: compilers that unroll constant loops whole take seconds over these.
    let depth = min(DEPTH, end - k0);
    stage(batch, group, k0, depth, lane);
    for (var k = 0u; k < depth; k++) {
      let left = tile_a[k * SIDE + local.y];
      let right = tile_b[k * SIDE + local.x];
      sum[0] = fma(vec4f(left.x), right, sum[0]);
      sum[1] = fma(vec4f(left.y), right, sum[1]);
      sum[2] = fma(vec4f(left.z), right, sum[2]);
      sum[3] = fma(vec4f(left.w), right, sum[3]);
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < EACH; i++) {
    store_row(split * BATCH + batch, row + i, column, sum[i]);
  }
}
