// LANES threads share a row; the workgroup of 64 holds as many rows as fit. All threads must call these together.
// Prelude: LANES (a power of two, 1 … 64).
const THREADS: u32 = 64u;
var<workgroup> row_parts: array<f32, THREADS>;

// The largest of the row's parts; every thread of the row gets it.
fn row_max(own: f32, thread: u32) -> f32 {
  if (LANES == 1u) { return own; }
  workgroupBarrier();  // the last result has been read by all
  row_parts[thread] = own;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread % LANES < half) { row_parts[thread] = max(row_parts[thread], row_parts[thread + half]); }
  }
  workgroupBarrier();
  return row_parts[thread - thread % LANES];
}

// The sum of the row's parts, always added in the same order; every thread of the row gets it.
fn row_sum(own: f32, thread: u32) -> f32 {
  if (LANES == 1u) { return own; }
  workgroupBarrier();
  row_parts[thread] = own;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread % LANES < half) { row_parts[thread] += row_parts[thread + half]; }
  }
  workgroupBarrier();
  return row_parts[thread - thread % LANES];
}
