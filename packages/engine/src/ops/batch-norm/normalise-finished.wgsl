// normalise-quads.wgsl with an epilogue, eight values at a time: LENGTH is a multiple of eight. Needs is-nan.wgsl,
// activation.wgsl, larger.wgsl (pool/), and of ops/epilogue an addend and a store. Prelude: see normalise.wgsl.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;       // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(1) var<storage, read> weight: array<f32>;    // [CHANNELS]
@group(0) @binding(2) var<storage, read> bias: array<f32>;      // [CHANNELS]
@group(0) @binding(3) var<storage, read> mean: array<f32>;      // [CHANNELS]
@group(0) @binding(4) var<storage, read> spread: array<f32>;    // [CHANNELS]

const LANES: u32 = 64u;
const ROW: u32 = LENGTH / 8u;
const EIGHTS: u32 = (BATCH * ROW + CHUNKS - 1u) / CHUNKS;

fn finished(at: u32, value: vec4f) -> vec4f {
  let v = with_addend(value, at);
  return vec4f(activate(v.x), activate(v.y), activate(v.z), activate(v.w));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * groups.x + group.x;
  if (number >= CHANNELS * CHUNKS) { return; }
  let channel = number / CHUNKS;
  let start = (number % CHUNKS) * EIGHTS;
  let end = min(start + EIGHTS, BATCH * ROW);
  var inverse_deviation = spread[channel];
  if (FROM_VARIANCE) { inverse_deviation = inverseSqrt(inverse_deviation + EPSILON); }
  let scale = inverse_deviation * weight[channel];
  let shift = bias[channel];
  let centre = mean[channel];
  for (var at = start + lane; at < end; at += LANES) {
    let i = ((at / ROW) * CHANNELS + channel) * ROW + at % ROW;
    let near = finished(8u * i, (x[2u * i] - centre) * scale + shift);
    let far = finished(8u * i + 4u, (x[2u * i + 1u] - centre) * scale + shift);
    store(i, near, far);
  }
}
