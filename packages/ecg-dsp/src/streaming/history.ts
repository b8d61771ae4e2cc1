/** The newest stretch of an endless signal, addressed by sample index since the start. */
export class History {
  private buffer = new Float64Array(1024).fill(Number.NaN);
  private first = 0;
  private next = 0;

  /** Index of the oldest sample still held. */
  get start(): number {
    return this.first;
  }

  /** Index of the sample that comes next. */
  get end(): number {
    return this.next;
  }

  push(value: number): void {
    if (this.next - this.first === this.buffer.length) {
      const larger = new Float64Array(2 * this.buffer.length).fill(Number.NaN);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.next++ - this.first] = value;
  }

  /** The sample at an index from `start` to `end - 1`, NaN elsewhere. */
  at(index: number): number {
    return this.buffer[index - this.first] ?? Number.NaN;
  }

  /** Samples `from` to `to - 1` as a view that holds until the next `push` or `forgetBefore`; cut to what is held. */
  view(from: number, to: number): Float64Array {
    const begin = Math.max(from, this.first);
    return this.buffer.subarray(begin - this.first, Math.max(begin, Math.min(to, this.next)) - this.first);
  }

  /**
   * Lets go of the samples before `index`. They are moved out only once they fill half of the buffer, so the cost per sample
   * stays constant.
   */
  forgetBefore(index: number): void {
    const drop = Math.min(index, this.next) - this.first;
    if (drop < this.buffer.length / 2) return;
    this.buffer.copyWithin(0, drop, this.next - this.first);
    this.buffer.fill(Number.NaN, this.next - this.first - drop);
    this.first += drop;
  }
}
