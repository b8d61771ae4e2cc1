// One step of AdamW over flat memories, in place.
// Prelude: COUNT, BETA_1, BETA_2, ONE_MINUS_BETA_1, ONE_MINUS_BETA_2, LOG_BETA_1, LOG_BETA_2, EPSILON, WEIGHT_DECAY, MAX_NORM.
@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> control: array<vec2f>;  // factor on the learning rate, factor on the decay
@group(0) @binding(2) var<storage, read> learning_rate: array<f32>;
@group(0) @binding(3) var<storage, read> step: array<u32>;
@group(0) @binding(4) var<storage, read> norm: array<f32>;
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;
@group(0) @binding(6) var<storage, read_write> first: array<f32>;
@group(0) @binding(7) var<storage, read_write> second: array<f32>;

// 1 − eˣ for x < 0. Near 0 the difference would cancel to a few bits, so the series is summed there.
fn one_minus_exp(x: f32) -> f32 {
  if (x < -0.25) { return 1.0 - exp(x); }
  return -x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0)))));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 64u + lane;
  if (i >= COUNT) { return; }
  let t = f32(step[0]);
  let rate = learning_rate[0] * control[i].x;
  let g = gradient[i] * min(1.0, MAX_NORM / (norm[0] + 1e-6));
  let m = BETA_1 * first[i] + ONE_MINUS_BETA_1 * g;
  let v = BETA_2 * second[i] + ONE_MINUS_BETA_2 * g * g;
  first[i] = m;
  second[i] = v;
  let corrected_m = m / one_minus_exp(t * LOG_BETA_1);
  let corrected_v = v / one_minus_exp(t * LOG_BETA_2);
  let decayed = weights[i] * (1.0 - rate * WEIGHT_DECAY * control[i].y);
  weights[i] = decayed - rate * corrected_m / (sqrt(corrected_v) + EPSILON);
}
