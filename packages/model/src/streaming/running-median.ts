/** The median of the newest values, and their number: constant memory, O(size) a push, exact. */
export class RunningMedian {
  private readonly ring: Float64Array;
  private readonly sorted: Float64Array;
  private pushed = 0;

  /** @param size newest values that count. */
  constructor(size: number) {
    this.ring = new Float64Array(size);
    this.sorted = new Float64Array(size);
  }

  /** Values that count now. */
  get count(): number {
    return Math.min(this.pushed, this.ring.length);
  }

  /** Middle value, the mean of the two middle ones of an even count; NaN where there is none. */
  get median(): number {
    const { count, sorted } = this;
    const middle = count >> 1;
    if (count === 0) return Number.NaN;
    return count % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }

  /** @param value finite. */
  push(value: number): void {
    const { ring, sorted, count } = this;
    const slot = this.pushed % ring.length;
    let left = count;
    if (count === ring.length) {
      const old = firstNotBelow(sorted, count, ring[slot]!);
      sorted.copyWithin(old, old + 1, count);
      left--;
    }
    const at = firstNotBelow(sorted, left, value);
    sorted.copyWithin(at + 1, at, left);
    sorted[at] = value;
    ring[slot] = value;
    this.pushed++;
  }
}

/** Index of the first of `count` rising values that is not below `value`. */
function firstNotBelow(sorted: Float64Array, count: number, value: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
