// Window t of a row covers its samples t·STRIDE − PADDING … + KERNEL − 1, those that exist.
// Prelude: ROWS, LENGTH_IN, LENGTH_OUT, KERNEL, STRIDE, PADDING.
fn first_sample(t: u32) -> u32 {
  return max(t * STRIDE, PADDING) - PADDING;
}

fn end_of_samples(t: u32) -> u32 {
  return min(t * STRIDE + KERNEL - PADDING, LENGTH_IN);  // PADDING is at most half of KERNEL
}

// The windows that cover sample `at`: first_window … end_of_windows − 1.
fn first_window(at: u32) -> u32 {
  return (max(at + PADDING + STRIDE, KERNEL) - KERNEL) / STRIDE;
}

fn end_of_windows(at: u32) -> u32 {
  return min((at + PADDING) / STRIDE + 1u, LENGTH_OUT);
}
