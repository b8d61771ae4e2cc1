// The recurrence of forward.wgsl without a barrier, for CPUs, whose threads are dear to bring together: each thread runs
// four rows of the batch in one direction and computes four units at a time, so that 16 numbers read make 48 products.
// Prelude: BATCH, STEPS, DIRECTIONS, HIDDEN.
@group(0) @binding(0) var<storage, read> projected: array<f32>;         // [BATCH, STEPS, DIRECTIONS, 3, HIDDEN]
@group(0) @binding(1) var<storage, read> recurrent_weight: array<f32>;  // [DIRECTIONS, 3, HIDDEN, HIDDEN]
@group(0) @binding(2) var<storage, read> recurrent_bias: array<f32>;    // [DIRECTIONS, 3, HIDDEN]
@group(0) @binding(3) var<storage, read_write> output: array<f32>;      // [BATCH, STEPS, DIRECTIONS, HIDDEN]
@group(0) @binding(4) var<storage, read_write> gates: array<vec4f>;     // [BATCH, STEPS, DIRECTIONS, HIDDEN] of r, z, n, U·h + b of n


const LANES: u32 = 8u;
const ROW_GROUPS: u32 = (BATCH + 3u) / 4u;

fn load_projected(at: vec4u, gate: u32, unit: u32) -> vec4f {
  let x = (at * 3u + gate) * HIDDEN + unit;
  return vec4f(projected[x.x], projected[x.y], projected[x.z], projected[x.w]);
}

fn sigmoids(x: vec4f) -> vec4f {
  return vec4f(safe_sigmoid(x.x), safe_sigmoid(x.y), safe_sigmoid(x.z), safe_sigmoid(x.w));
}

fn tanhs(x: vec4f) -> vec4f {
  return vec4f(safe_tanh(x.x), safe_tanh(x.y), safe_tanh(x.z), safe_tanh(x.w));
}

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
  var state: array<vec4f, 2u * HIDDEN>;  // [half][unit] of four rows, in two halves that take turns
  for (var i = 0u; i < STEPS + never; i++) {
    let step = select(i, STEPS - 1u - i, direction == 1u);
    let at = (rows * STEPS + step) * DIRECTIONS + direction;
    let now = (i & 1u) * HIDDEN;
    let next = HIDDEN - now;
    for (var unit = 0u; unit < HIDDEN + never; unit += 4u) {
      let units = min(unit + vec4u(0u, 1u, 2u, 3u), vec4u(HIDDEN - 1u));
      let biases = direction * 3u * HIDDEN + units;
      let of_r = biases * HIDDEN;
      let of_z = of_r + HIDDEN * HIDDEN;
      let of_n = of_z + HIDDEN * HIDDEN;
      var r0 = vec4f(recurrent_bias[biases.x]);
      var r1 = vec4f(recurrent_bias[biases.y]);
      var r2 = vec4f(recurrent_bias[biases.z]);
      var r3 = vec4f(recurrent_bias[biases.w]);
      var z0 = vec4f(recurrent_bias[biases.x + 1u * HIDDEN]);
      var z1 = vec4f(recurrent_bias[biases.y + 1u * HIDDEN]);
      var z2 = vec4f(recurrent_bias[biases.z + 1u * HIDDEN]);
      var z3 = vec4f(recurrent_bias[biases.w + 1u * HIDDEN]);
      var n0 = vec4f(recurrent_bias[biases.x + 2u * HIDDEN]);
      var n1 = vec4f(recurrent_bias[biases.y + 2u * HIDDEN]);
      var n2 = vec4f(recurrent_bias[biases.z + 2u * HIDDEN]);
      var n3 = vec4f(recurrent_bias[biases.w + 2u * HIDDEN]);
      for (var k = 0u; k < HIDDEN + never; k++) {
        let h = state[now + k];
        r0 = fma(vec4f(recurrent_weight[of_r.x + k]), h, r0);
        r1 = fma(vec4f(recurrent_weight[of_r.y + k]), h, r1);
        r2 = fma(vec4f(recurrent_weight[of_r.z + k]), h, r2);
        r3 = fma(vec4f(recurrent_weight[of_r.w + k]), h, r3);
        z0 = fma(vec4f(recurrent_weight[of_z.x + k]), h, z0);
        z1 = fma(vec4f(recurrent_weight[of_z.y + k]), h, z1);
        z2 = fma(vec4f(recurrent_weight[of_z.z + k]), h, z2);
        z3 = fma(vec4f(recurrent_weight[of_z.w + k]), h, z3);
        n0 = fma(vec4f(recurrent_weight[of_n.x + k]), h, n0);
        n1 = fma(vec4f(recurrent_weight[of_n.y + k]), h, n1);
        n2 = fma(vec4f(recurrent_weight[of_n.z + k]), h, n2);
        n3 = fma(vec4f(recurrent_weight[of_n.w + k]), h, n3);
      }
      // Copies that may be indexed.
      var sums_r = array<vec4f, 4>(r0, r1, r2, r3);
      var sums_z = array<vec4f, 4>(z0, z1, z2, z3);
      var sums_n = array<vec4f, 4>(n0, n1, n2, n3);
      for (var j = 0u; j < min(4u, HIDDEN - unit); j++) {
        let own = unit + j;
        let sum_n = sums_n[j];
        let r = sigmoids(load_projected(at, 0u, own) + sums_r[j]);
        let z = sigmoids(load_projected(at, 1u, own) + sums_z[j]);
        let n = tanhs(fma(r, sum_n, load_projected(at, 2u, own)));
        let h = fma(z, state[now + own] - n, n);
        state[next + own] = h;
        for (var row = 0u; row < stored; row++) {
          let to = at[row] * HIDDEN + own;
          output[to] = h[row];
          gates[to] = vec4f(r[row], z[row], n[row], sum_n[row]);
        }
      }
    }
  }
}
