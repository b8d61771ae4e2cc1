// What normalise.wgsl computes, four values a load and a store, for CPUs, whose threads load one by one: LENGTH is a multiple
// of four. Needs channel-quads.wgsl, is-nan.wgsl, activation.wgsl, an addend (epilogue/), and one of store-whole.wgsl, store-pooled.wgsl and
// store-both.wgsl. Prelude: see normalise.wgsl.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;       // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(1) var<storage, read> weight: array<f32>;    // [CHANNELS]
@group(0) @binding(2) var<storage, read> bias: array<f32>;      // [CHANNELS]
@group(0) @binding(3) var<storage, read> mean: array<f32>;      // [CHANNELS]
@group(0) @binding(4) var<storage, read> spread: array<f32>;    // [CHANNELS]

const LANES: u32 = 64u;
const QUADS: u32 = (BATCH * ROW + CHUNKS - 1u) / CHUNKS;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let chunk = chunk_of(number, QUADS);
  let channel = chunk.channel;
  var inverse_deviation = spread[channel];
  if (FROM_VARIANCE) { inverse_deviation = inverseSqrt(inverse_deviation + EPSILON); }
  let scale = inverse_deviation * weight[channel];
  let shift = bias[channel];
  let centre = mean[channel];
  for (var at = chunk.start + lane; at < chunk.end; at += LANES) {
    let i = place_of(channel, at);
    let v = with_addend((x[i] - centre) * scale + shift, 4u * i);
    store(i, vec4f(activate(v.x), activate(v.y), activate(v.z), activate(v.w)));
  }
}
