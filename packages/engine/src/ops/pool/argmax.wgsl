// Where the first maximum of a window of x lies; its last NaN where there is one. Needs window.wgsl and is-nan.wgsl.
fn argmax(row: u32, t: u32) -> u32 {
  let end = row * LENGTH_IN + end_of_samples(t);
  var best = row * LENGTH_IN + first_sample(t);
  var largest = x[best];
  for (var at = best + 1u; at < end; at++) {
    let value = x[at];
    // Comparisons with NaN are not to be relied on under fast-math.
    if (is_nan(value) || (value > largest && !is_nan(largest))) {
      largest = value;
      best = at;
    }
  }
  return best;
}
