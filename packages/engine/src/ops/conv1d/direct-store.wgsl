// Four neighbouring sums of a channel and its bias, or fewer at the end of the row.
fn store(row: u32, t: u32, o: u32, sum: vec4f) {
  if (o >= CHANNELS_OUT) { return; }
  var added = 0.0;
  if (HAS_BIAS) { added = bias[o]; }
  for (var i = 0u; i < 4u; i++) {
    if (t + i < LENGTH_OUT) { y[(row * CHANNELS_OUT + o) * LENGTH_OUT + t + i] = activate(sum[i] + added); }
  }
}
