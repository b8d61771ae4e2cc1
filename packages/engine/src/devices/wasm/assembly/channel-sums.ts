/** One f64 sum a channel, in memory: for passes that meet every channel again with each sample. */
export function clearSums(sums: usize, from: i32, end: i32): void {
  memory.fill(sums + ((<usize>from) << 3), 0, (<usize>(end - from)) << 3);
}

export function addToSum(sums: usize, channel: i32, value: f32): void {
  const at = sums + ((<usize>channel) << 3);
  store<f64>(at, load<f64>(at) + value);
}

export function sumOf(sums: usize, channel: i32): f64 {
  return load<f64>(sums + ((<usize>channel) << 3));
}
