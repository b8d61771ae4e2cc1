// The backward pass of backward.wgsl without a barrier, for CPUs: each thread runs four rows of the batch in one direction.
// Prelude: BATCH, STEPS, DIRECTIONS, HIDDEN.
@group(0) @binding(0) var<storage, read> doutput: array<f32>;             // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(1) var<storage, read> recurrent_weight: array<f32>;    // [DIRECTIONS, 3, HIDDEN, HIDDEN]
@group(0) @binding(2) var<storage, read> output: array<f32>;              // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(3) var<storage, read> gates: array<vec4f>;             // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(4) var<storage, read_write> dprojected: array<f32>;    // [BATCH, STEPS, DIRECTIONS, 3, HIDDEN]
@group(0) @binding(5) var<storage, read_write> drecurrent_n: array<f32>;  // [BATCH, STEPS, DIRECTIONS, HIDDEN]


const LANES: u32 = 8u;
const ROW_GROUPS: u32 = (BATCH + 3u) / 4u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Threads, rows and units past the end repeat the last one and are not stored.
  let number = (group.y * groups.x + group.x) * LANES + lane;
  let direction = min(number / ROW_GROUPS, DIRECTIONS - 1u);
  let first = number % ROW_GROUPS * 4u;
  let rows = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(BATCH - 1u));
  let stored = select(min(4u, BATCH - first), 0u, number >= DIRECTIONS * ROW_GROUPS);
  // Always 0, which no compiler knows: loops bounded by constants are unrolled, and take seconds to compile.
  let never = u32(groups.x == 0u);
  let backwards_in_time = direction == 0u;
  // Of four rows each.
  var dh: array<vec4f, HIDDEN>;
  var slopes_r: array<vec4f, HIDDEN>;
  var slopes_z: array<vec4f, HIDDEN>;
  var slopes_n: array<vec4f, HIDDEN>;
  for (var i = 0u; i < STEPS + never; i++) {
    let step = select(i, STEPS - 1u - i, backwards_in_time);
    let at = (rows * STEPS + step) * DIRECTIONS + direction;
    // The state that the step started from lies at the neighbour; the first state is 0.
    let last = i + 1u == STEPS;
    let before = select(select(at + DIRECTIONS, at - DIRECTIONS, backwards_in_time), at, last);
    for (var unit = 0u; unit < HIDDEN + never; unit++) {
      let to = at * HIDDEN + unit;
      let from_before = before * HIDDEN + unit;
      let g0 = gates[to.x];
      let g1 = gates[to.y];
      let g2 = gates[to.z];
      let g3 = gates[to.w];
      let r = vec4f(g0.x, g1.x, g2.x, g3.x);
      let z = vec4f(g0.y, g1.y, g2.y, g3.y);
      let n = vec4f(g0.z, g1.z, g2.z, g3.z);
      let sum_n = vec4f(g0.w, g1.w, g2.w, g3.w);
      let states = vec4f(output[from_before.x], output[from_before.y], output[from_before.z], output[from_before.w]);
      let previous = select(states, vec4f(), last);
      let d = dh[unit] + vec4f(doutput[to.x], doutput[to.y], doutput[to.z], doutput[to.w]);
      let dn = d * (1.0 - z) * (1.0 - n * n);
      let dz = d * (previous - n) * z * (1.0 - z);
      let dr = dn * sum_n * r * (1.0 - r);
      let dn_r = dn * r;
      dh[unit] = d * z;
      slopes_r[unit] = dr;
      slopes_z[unit] = dz;
      slopes_n[unit] = dn_r;
      for (var row = 0u; row < stored; row++) {
        let x = at[row] * 3u * HIDDEN + unit;
        dprojected[x] = dr[row];
        dprojected[x + HIDDEN] = dz[row];
        dprojected[x + 2u * HIDDEN] = dn[row];
        drecurrent_n[to[row]] = dn_r[row];
      }
    }
    if (last) { break; }
    for (var unit = 0u; unit < HIDDEN + never; unit += 4u) {
      let units = min(unit + vec4u(0u, 1u, 2u, 3u), vec4u(HIDDEN - 1u));
      let of_r = direction * 3u * HIDDEN * HIDDEN + units;
      let of_z = of_r + HIDDEN * HIDDEN;
      let of_n = of_z + HIDDEN * HIDDEN;
      var d0 = dh[units.x];
      var d1 = dh[units.y];
      var d2 = dh[units.z];
      var d3 = dh[units.w];
      for (var k = 0u; k < HIDDEN + never; k++) {
        let dr = slopes_r[k];
        let dz = slopes_z[k];
        let dn = slopes_n[k];
        let row = k * HIDDEN;
        d0 = fma(vec4f(recurrent_weight[of_r.x + row]), dr, d0);
        d1 = fma(vec4f(recurrent_weight[of_r.y + row]), dr, d1);
        d2 = fma(vec4f(recurrent_weight[of_r.z + row]), dr, d2);
        d3 = fma(vec4f(recurrent_weight[of_r.w + row]), dr, d3);
        d0 = fma(vec4f(recurrent_weight[of_z.x + row]), dz, d0);
        d1 = fma(vec4f(recurrent_weight[of_z.y + row]), dz, d1);
        d2 = fma(vec4f(recurrent_weight[of_z.z + row]), dz, d2);
        d3 = fma(vec4f(recurrent_weight[of_z.w + row]), dz, d3);
        d0 = fma(vec4f(recurrent_weight[of_n.x + row]), dn, d0);
        d1 = fma(vec4f(recurrent_weight[of_n.y + row]), dn, d1);
        d2 = fma(vec4f(recurrent_weight[of_n.z + row]), dn, d2);
        d3 = fma(vec4f(recurrent_weight[of_n.w + row]), dn, d3);
      }
      // From the last to the first: where units past the end repeat the last one, the last one's own sum stays.
      dh[units.w] = d3;
      dh[units.z] = d2;
      dh[units.y] = d1;
      dh[units.x] = d0;
    }
  }
}
