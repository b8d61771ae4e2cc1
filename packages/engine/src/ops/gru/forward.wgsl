// All time steps of a GRU and both directions in one dispatch. A workgroup runs ROWS rows of the batch in one direction,
// thread j computes unit j; the state goes from step to step through workgroup memory, in two halves that take turns, so
// that one barrier a step is enough.
// Prelude: BATCH, STEPS, DIRECTIONS, HIDDEN, ROWS.
@group(0) @binding(0) var<storage, read> projected: array<f32>;         // [BATCH, STEPS, DIRECTIONS, 3, HIDDEN]
@group(0) @binding(1) var<storage, read> recurrent_weight: array<f32>;  // [DIRECTIONS, 3, HIDDEN, HIDDEN]
@group(0) @binding(2) var<storage, read> recurrent_bias: array<f32>;    // [DIRECTIONS, 3, HIDDEN]
@group(0) @binding(3) var<storage, read_write> output: array<f32>;      // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(4) var<storage, read_write> gates: array<vec4f>;     // [BATCH, STEPS, DIRECTIONS, HIDDEN] of r, z, n, U·h + b of n

var<workgroup> state: array<f32, 2u * HIDDEN * ROWS>;  // [half][unit][row]

@compute @workgroup_size(HIDDEN)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) unit: u32) {
  let index = group.y * groups.x + group.x;
  let direction = index % DIRECTIONS;
  let first = index / DIRECTIONS * ROWS;
  if (first >= BATCH) { return; }
  place_weights(direction, unit);
  let bias_at = direction * 3u * HIDDEN + unit;
  let bias_r = recurrent_bias[bias_at];
  let bias_z = recurrent_bias[bias_at + HIDDEN];
  let bias_n = recurrent_bias[bias_at + 2u * HIDDEN];
  var own: array<f32, ROWS>;
  for (var row = 0u; row < ROWS; row++) {
    own[row] = 0.0;
    state[unit * ROWS + row] = 0.0;
  }
  workgroupBarrier();
  for (var i = 0u; i < STEPS; i++) {
    let step = select(i, STEPS - 1u - i, direction == 1u);
    let now = (i & 1u) * HIDDEN * ROWS;
    let next = HIDDEN * ROWS - now;
    var sum_r: array<f32, ROWS>;
    var sum_z: array<f32, ROWS>;
    var sum_n: array<f32, ROWS>;
    for (var row = 0u; row < ROWS; row++) {
      sum_r[row] = bias_r;
      sum_z[row] = bias_z;
      sum_n[row] = bias_n;
    }
    for (var k = 0u; k < HIDDEN; k++) {
      let weight_r = weight(direction, 0u, unit, k);
      let weight_z = weight(direction, 1u, unit, k);
      let weight_n = weight(direction, 2u, unit, k);
      for (var row = 0u; row < ROWS; row++) {
        let h = state[now + k * ROWS + row];
        sum_r[row] = fma(weight_r, h, sum_r[row]);
        sum_z[row] = fma(weight_z, h, sum_z[row]);
        sum_n[row] = fma(weight_n, h, sum_n[row]);
      }
    }
    for (var row = 0u; row < ROWS; row++) {
      // Rows past the end of the batch repeat the last one and are not stored.
      let at = (min(first + row, BATCH - 1u) * STEPS + step) * DIRECTIONS + direction;
      let x = at * 3u * HIDDEN + unit;
      let r = safe_sigmoid(projected[x] + sum_r[row]);
      let z = safe_sigmoid(projected[x + HIDDEN] + sum_z[row]);
      let n = safe_tanh(fma(r, sum_n[row], projected[x + 2u * HIDDEN]));
      own[row] = fma(z, own[row] - n, n);
      state[next + unit * ROWS + row] = own[row];
      if (first + row < BATCH) {
        output[at * HIDDEN + unit] = own[row];
        gates[at * HIDDEN + unit] = vec4f(r, z, n, sum_n[row]);
      }
    }
    workgroupBarrier();
  }
}
