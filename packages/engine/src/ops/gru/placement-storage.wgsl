// Recurrent weights stay in storage as [direction][gate][k][unit]: neighbouring units read neighbouring words. That is how
// they lie for the backward pass; the forward pass binds them transposed. Prelude: HIDDEN.
fn place_weights(direction: u32, unit: u32) {}

fn weight(direction: u32, gate: u32, unit: u32, k: u32) -> f32 {
  return recurrent_weight[((direction * 3u + gate) * HIDDEN + k) * HIDDEN + unit];
}

