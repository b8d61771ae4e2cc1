// Four neighbouring columns at TERMS steps of the inner dimension; past the end of the sum, 0. Columns are clamped by the caller.
@group(0) @binding(1) var<storage, read> b: array<f32>;     // [BATCH, K, N], or [BATCH, N, K] when transposed

fn read_columns(from_b: u32, column: u32, k: u32, steps: u32) -> Values {
  var values: Values;
  let each = min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(N - 1u)) * B_COLUMN;
  for (var i = 0u; i < TERMS; i++) {
    let at = from_b + each + min(k + i, steps - 1u) * B_STEP;
    let four = vec4f(b[at.x], b[at.y], b[at.z], b[at.w]);
    values[i] = select(four, vec4f(), k + i >= steps);
  }
  return values;
}
