// The backward pass of all time steps and both directions in one dispatch: against the direction's time, thread j has
// ∂loss/∂h of unit j and exchanges the gates' gradients through workgroup memory, in two halves that take turns.
// Prelude: BATCH, STEPS, DIRECTIONS, HIDDEN, ROWS.
@group(0) @binding(0) var<storage, read> doutput: array<f32>;             // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(1) var<storage, read> recurrent_weight: array<f32>;    // [DIRECTIONS, 3, HIDDEN, HIDDEN]
@group(0) @binding(2) var<storage, read> output: array<f32>;              // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(3) var<storage, read> gates: array<vec4f>;             // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(4) var<storage, read_write> dprojected: array<f32>;    // [BATCH, STEPS, DIRECTIONS, 3, HIDDEN]
@group(0) @binding(5) var<storage, read_write> drecurrent_n: array<f32>;  // [BATCH, STEPS, DIRECTIONS, HIDDEN]

// [half][unit][row] of the gradients of r, z and n: one wide read for three products, where three reads would be what a
// GPU waits for.
var<workgroup> slopes: array<vec4f, 2u * HIDDEN * ROWS>;

@compute @workgroup_size(HIDDEN)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) unit: u32) {
  let index = group.y * groups.x + group.x;
  let direction = index % DIRECTIONS;
  let first = index / DIRECTIONS * ROWS;
  if (first >= BATCH) { return; }
  place_weights(direction, unit);
  workgroupBarrier();
  var dh: array<f32, ROWS>;
  for (var row = 0u; row < ROWS; row++) { dh[row] = 0.0; }
  for (var i = 0u; i < STEPS; i++) {
    let backwards_in_time = direction == 0u;
    let step = select(i, STEPS - 1u - i, backwards_in_time);
    let base = (i & 1u) * HIDDEN * ROWS;
    for (var row = 0u; row < ROWS; row++) {
      // Rows past the end of the batch repeat the last one and are not stored.
      let at = (min(first + row, BATCH - 1u) * STEPS + step) * DIRECTIONS + direction;
      let saved = gates[at * HIDDEN + unit];
      let r = saved.x;
      let z = saved.y;
      let n = saved.z;
      var previous = 0.0;
      if (i + 1u < STEPS) {
        previous = output[select(at + DIRECTIONS, at - DIRECTIONS, backwards_in_time) * HIDDEN + unit];
      }
      dh[row] += doutput[at * HIDDEN + unit];
      let dn = dh[row] * (1.0 - z) * (1.0 - n * n);
      let dz = dh[row] * (previous - n) * z * (1.0 - z);
      let dr = dn * saved.w * r * (1.0 - r);
      slopes[base + unit * ROWS + row] = vec4f(dr, dz, dn * r, 0.0);
      dh[row] *= z;
      if (first + row < BATCH) {
        let x = at * 3u * HIDDEN + unit;
        dprojected[x] = dr;
        dprojected[x + HIDDEN] = dz;
        dprojected[x + 2u * HIDDEN] = dn;
        drecurrent_n[at * HIDDEN + unit] = dn * r;
      }
    }
    if (i + 1u == STEPS) { break; }  // the first state is constant
    workgroupBarrier();
    var dh_z: array<f32, ROWS>;
    var dh_n: array<f32, ROWS>;
    for (var row = 0u; row < ROWS; row++) { dh_z[row] = 0.0; dh_n[row] = 0.0; }
    for (var k = 0u; k < HIDDEN; k++) {
      let weight_r = weight(direction, 0u, unit, k);
      let weight_z = weight(direction, 1u, unit, k);
      let weight_n = weight(direction, 2u, unit, k);
      for (var row = 0u; row < ROWS; row++) {
        let slope = slopes[base + k * ROWS + row];
        dh[row] = fma(weight_r, slope.x, dh[row]);
        dh_z[row] = fma(weight_z, slope.y, dh_z[row]);
        dh_n[row] = fma(weight_n, slope.z, dh_n[row]);
      }
    }
    for (var row = 0u; row < ROWS; row++) { dh[row] += dh_z[row] + dh_n[row]; }
  }
}
