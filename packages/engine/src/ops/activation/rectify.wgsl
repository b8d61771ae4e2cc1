// `activate` of activation.wgsl for ACTIVATION 0 (none) and 1 (relu): a hundred of them compile at once.
fn activate(x: f32) -> f32 {
  return select(x, 0.0, ACTIVATION == 1u && x < 0.0);
}
