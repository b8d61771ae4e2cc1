// Recurrent weights in registers: each thread keeps the 3·HIDDEN that its unit needs. Prelude: HIDDEN, BACKWARD.
var<private> kept: array<f32, 3u * HIDDEN>;

fn place_weights(direction: u32, unit: u32) {
  for (var gate = 0u; gate < 3u; gate++) {
    for (var k = 0u; k < HIDDEN; k++) {
      let row = select(unit, k, BACKWARD);
      let column = select(k, unit, BACKWARD);
      kept[gate * HIDDEN + k] = recurrent_weight[((direction * 3u + gate) * HIDDEN + row) * HIDDEN + column];
    }
  }
}

fn weight(direction: u32, gate: u32, unit: u32, k: u32) -> f32 {
  return kept[gate * HIDDEN + k];
}

