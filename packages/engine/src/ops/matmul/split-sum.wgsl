// c[i] = Σ over the splits, in order (+ bias, activation). Prelude: COUNT, N, SPLITS, HAS_BIAS, ACTIVATION.
@group(0) @binding(0) var<storage, read> partial: array<f32>;  // [SPLITS, COUNT]
@group(0) @binding(1) var<storage, read> bias: array<f32>;     // [N]
@group(0) @binding(2) var<storage, read_write> c: array<f32>;  // [COUNT]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 64u + lane;
  if (i >= COUNT) { return; }
  var total = 0.0;
  for (var split = 0u; split < SPLITS; split++) { total += partial[split * COUNT + i]; }
  if (HAS_BIAS) { total += bias[i % N]; }
  c[i] = activate(total);
}
