// Recurrent weights of the direction in workgroup memory, so that neighbouring units read neighbouring words.
// Prelude: HIDDEN, BACKWARD.
var<workgroup> kept: array<f32, 3u * HIDDEN * HIDDEN>;  // [gate][k][unit]

fn place_weights(direction: u32, unit: u32) {
  for (var i = unit; i < 3u * HIDDEN * HIDDEN; i += HIDDEN) {
    let gate = i / (HIDDEN * HIDDEN);
    let row = i / HIDDEN % HIDDEN;
    let column = i % HIDDEN;
    let k = select(column, row, BACKWARD);
    let of_unit = select(row, column, BACKWARD);
    kept[(gate * HIDDEN + k) * HIDDEN + of_unit] = recurrent_weight[direction * 3u * HIDDEN * HIDDEN + i];
  }
}

fn weight(direction: u32, gate: u32, unit: u32, k: u32) -> f32 {
  return kept[(gate * HIDDEN + k) * HIDDEN + unit];
}

