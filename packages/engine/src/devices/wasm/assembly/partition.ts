/** Where a thread's fixed share of `total` begins; it ends where the next one's begins. */
export function shareStart(total: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>total * thread) / threads);
}

/** The same in whole groups of `unit`, so that threads keep to their own cache lines: 16 floats are one. */
export function alignedShare(total: i32, unit: i32, thread: i32, threads: i32): i32 {
  if (thread === threads) return total;
  return min(total, shareStart((total + unit - 1) / unit, thread, threads) * unit);
}

/** Stores the first `count` lanes. */
export function storeFirst(to: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, x);
    return;
  }
  if (count > 0) v128.store_lane<f32>(to, x, 0);
  if (count > 1) v128.store_lane<f32>(to + 4, x, 1);
  if (count > 2) v128.store_lane<f32>(to + 8, x, 2);
}

/** Not memory.copy: that leaves WebAssembly, which for a row of 160 bytes took as long as the tenth part of its products. */
export function copyRow(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4, from += 16, to += 16) v128.store(to, v128.load(from));
  if (count > 0) storeFirst(to, v128.load(from), count);
}
