// What gradient-input.wgsl computes, four values a load and a store, for CPUs, whose threads load one by one: LENGTH is a
// multiple of four. Needs channel-quads.wgsl, derivative.wgsl, one of slopes-stored.wgsl, slopes-recomputed.wgsl and
// slopes-pooled.wgsl. Prelude: see gradient-input.wgsl.
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>;   // [CHANNELS]
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;       // [BATCH, CHANNELS, LENGTH / 4]

const LANES: u32 = 64u;
const QUADS: u32 = (BATCH * ROW + CHUNKS - 1u) / CHUNKS;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let chunk = chunk_of(number, QUADS);
  let channel = chunk.channel;
  let own = coefficients[channel];
  let shift = shift_of(channel);
  for (var at = chunk.start + lane; at < chunk.end; at += LANES) {
    let i = place_of(channel, at);
    let centred = x[i] - own.w;
    var dz = slopes(i, centred * own.x + shift);
    if (TRAINING) { dz -= own.y + centred * own.z; }
    dx[i] = own.x * dz;
  }
}
