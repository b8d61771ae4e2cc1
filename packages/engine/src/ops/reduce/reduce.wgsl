// x seen as [OUTER, REDUCED, INNER] → y [OUTER, CHUNKS, INNER]: one workgroup sums one chunk, each lane a strided part,
// then a tree over the lanes. Always the same order, so always the same bits.
// Prelude: OUTER, REDUCED, INNER, CHUNKS, CHUNK (length of a chunk), FACTOR.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const LANES: u32 = 64u;
var<workgroup> partial: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let at = group.y * groups.x + group.x;
  let inner = at % INNER;
  let chunk = (at / INNER) % CHUNKS;
  let outer = at / (INNER * CHUNKS);
  var total = 0.0;
  if (outer < OUTER) {
    let end = min(REDUCED, (chunk + 1u) * CHUNK);
    for (var r = chunk * CHUNK + lane; r < end; r += LANES) {
      total += x[(outer * REDUCED + r) * INNER + inner];
    }
  }
  partial[lane] = total;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial[lane] += partial[lane + half]; }
  }
  if (lane == 0u && outer < OUTER) { y[(outer * CHUNKS + chunk) * INNER + inner] = partial[0] * FACTOR; }
}
