// Adds the parts of the recurrent gradients in order. Prelude: WEIGHTS, BIASES, SPLITS.
@group(0) @binding(0) var<storage, read> partial: array<f32>;         // [SPLITS, WEIGHTS + BIASES]
@group(0) @binding(1) var<storage, read_write> dweight: array<f32>;   // [WEIGHTS]
@group(0) @binding(2) var<storage, read_write> dbias: array<f32>;     // [BIASES]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 64u + lane;
  if (i >= WEIGHTS + BIASES) { return; }
  var total = 0.0;
  for (var split = 0u; split < SPLITS; split++) { total += partial[split * (WEIGHTS + BIASES) + i]; }
  if (i < WEIGHTS) { dweight[i] = total; } else { dbias[i - WEIGHTS] = total; }
}
