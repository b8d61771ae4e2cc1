// What both ways of summing the weight's gradient read. Prelude: BATCH, CHANNELS_IN, LENGTH_IN, CHANNELS_OUT, LENGTH_OUT,
// KERNEL, STRIDE, PADDING.
@group(0) @binding(0) var<storage, read> dy: array<f32>;  // [BATCH, CHANNELS_OUT, LENGTH_OUT]
@group(0) @binding(1) var<storage, read> x: array<f32>;   // [BATCH, CHANNELS_IN, LENGTH_IN]
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;  // [splits, CHANNELS_OUT, COLUMNS + 1]

const COLUMNS: u32 = CHANNELS_IN * KERNEL;

// What a column reads at t: sample t·STRIDE + shift of x's row `row`, or `outside` where there is none.
struct Column {
  row: u32,
  shift: u32,  // wraps around for what lies left of the row
  outside: f32,
}

fn column_at(number: u32) -> Column {
  if (number < COLUMNS) { return Column((number / KERNEL) * LENGTH_IN, number % KERNEL - PADDING, 0.0); }
  return Column(0u, 0x80000000u, select(0.0, 1.0, number == COLUMNS));
}

fn load_x(sample: u32, t: u32, column: Column) -> f32 {
  let at = t * STRIDE + column.shift;
  let inside = at < LENGTH_IN;
  return select(column.outside, x[sample + column.row + select(0u, at, inside)], inside);
}

fn load_dy(b: u32, o: u32, t: u32) -> f32 {
  return dy[(b * CHANNELS_OUT + min(o, CHANNELS_OUT - 1u)) * LENGTH_OUT + t];
}
