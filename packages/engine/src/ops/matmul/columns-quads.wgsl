// columns-each.wgsl where neighbouring columns lie side by side and their number is a multiple of four, four at a time.
@group(0) @binding(1) var<storage, read> b: array<vec4f>;   // [BATCH, K, N / 4]

fn read_columns(from_b: u32, column: u32, k: u32, steps: u32) -> Values {
  var values: Values;
  for (var i = 0u; i < TERMS; i++) {
    let four = b[(from_b + min(k + i, steps - 1u) * N + min(column, N - 4u)) / 4u];
    values[i] = select(four, vec4f(), k + i >= steps);
  }
  return values;
}
