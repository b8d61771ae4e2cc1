// One step of SGD with momentum over flat memories, in place. Prelude: COUNT, MOMENTUM, WEIGHT_DECAY, MAX_NORM.
@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> control: array<vec2f>;  // factor on the learning rate, factor on the decay
@group(0) @binding(2) var<storage, read> learning_rate: array<f32>;
@group(0) @binding(3) var<storage, read> norm: array<f32>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> velocity: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 64u + lane;
  if (i >= COUNT) { return; }
  let g = gradient[i] * min(1.0, MAX_NORM / (norm[0] + 1e-6)) + WEIGHT_DECAY * control[i].y * weights[i];
  let u = MOMENTUM * velocity[i] + g;
  velocity[i] = u;
  weights[i] -= learning_rate[0] * control[i].x * u;
}
