/** Channels whose totals are made together. */
export const CHANNELS = 4;

/**
 * f64 totals of four channels from `first` on, of f32 sums that lie as [batch, channels], one a row: added in the order of the
 * samples, whoever summed the rows. `totals` has room for channels up to a multiple of four.
 */
export function totalChannels(rowSums: usize, batch: i32, channels: i32, first: i32, totals: usize): void {
  const stride = (<usize>channels) << 2;
  let low = f64x2.splat(0);
  let high = low;
  let at = rowSums + ((<usize>first) << 2);
  for (let b = 0; b < batch; b++, at += stride) {
    const four = v128.load(at);
    low = f64x2.add(low, f64x2.promote_low_f32x4(four));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 0, 1)));
  }
  v128.store(totals + ((<usize>first) << 3), low);
  v128.store(totals + ((<usize>first) << 3), high, 16);
}

export function totalOf(totals: usize, channel: i32): f64 {
  return load<f64>(totals + ((<usize>channel) << 3));
}
