/**
 * The median of the last `width` values pushed (odd width), in O(log width) a push.
 *
 * Two heaps over the slots of a ring: the lower half with its greatest on top, the upper half with its least on top. A new
 * value takes the oldest one's slot, is sifted within its own heap, and if the tops are then out of order they change places:
 * the sizes never change, so nothing is inserted, deleted or allocated.
 */
export class WindowMedian {
  private readonly values: Float64Array;
  /** Slot numbers: `heap[0..lower)` the lower half, the rest the upper half. */
  private readonly heap: Int32Array;
  /** Where in `heap` each slot is. */
  private readonly place: Int32Array;
  private readonly lower: number;
  private oldest = 0;

  /** Starts as if `fill` had been pushed `width` times. */
  constructor(width: number, fill: number) {
    this.values = new Float64Array(width).fill(fill);
    this.heap = Int32Array.from({ length: width }, (_, i) => i);
    this.place = this.heap.slice();
    this.lower = (width + 1) / 2;
  }

  get median(): number {
    return this.values[this.heap[0]!]!;
  }

  push(value: number): void {
    const slot = this.oldest;
    this.oldest = slot + 1 === this.values.length ? 0 : slot + 1;
    this.values[slot] = value;
    const at = this.place[slot]!;
    if (at < this.lower) this.sift(0, this.lower, at, -1);
    else this.sift(this.lower, this.heap.length, at, 1);
    if (this.lower === this.heap.length) return;
    const low = this.heap[0]!;
    const high = this.heap[this.lower]!;
    if (this.values[low]! <= this.values[high]!) return;
    this.put(0, high);
    this.put(this.lower, low);
    this.sift(0, this.lower, 0, -1);
    this.sift(this.lower, this.heap.length, this.lower, 1);
  }

  /** Restores heap order in `heap[from..to)` around index `at`; `sign` 1 keeps the least on top, -1 the greatest. */
  private sift(from: number, to: number, at: number, sign: number): void {
    const { heap, values } = this;
    const slot = heap[at]!;
    const key = sign * values[slot]!;
    let i = at - from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[from + parent]!;
      if (sign * values[above]! <= key) break;
      this.put(from + i, above);
      i = parent;
    }
    const size = to - from;
    for (let child = 2 * i + 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && sign * values[heap[from + child + 1]!]! < sign * values[heap[from + child]!]!) child++;
      const below = heap[from + child]!;
      if (key <= sign * values[below]!) break;
      this.put(from + i, below);
      i = child;
    }
    this.put(from + i, slot);
  }

  private put(at: number, slot: number): void {
    this.heap[at] = slot;
    this.place[slot] = at;
  }
}
