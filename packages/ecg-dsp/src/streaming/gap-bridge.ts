/** Values beyond this are no voltage in any unit; their squares would overflow. */
const IMPOSSIBLE = 1e30;

/**
 * Makes an endless signal with gaps finite: a straight line over a gap, or, over one longer than `ramp` samples, the value before
 * it and then a straight line over its last `ramp` samples. The first sample's value becomes zero, which takes out any offset.
 * Samples outside of gaps are passed on at once.
 */
export class GapBridge {
  private offset = Number.NaN;
  private last = 0;
  private pending = 0;
  private gaps: { from: number; to: number }[] = [];
  private count = 0;
  private missing = 0;

  constructor(
    private readonly ramp: number,
    private readonly emit: (value: number) => void,
  ) {}

  /** Samples missing so far. */
  get missingSamples(): number {
    return this.missing;
  }

  push(sample: number): void {
    const index = this.count++;
    if (!(Math.abs(sample) < IMPOSSIBLE)) {
      this.missing++;
      const gap = this.gaps.at(-1);
      if (gap?.to === index) gap.to = index + 1;
      else this.gaps.push({ from: index, to: index + 1 });
      if (this.pending === this.ramp) this.emit(this.last);
      else this.pending++;
      return;
    }
    if (Number.isNaN(this.offset)) this.offset = sample;
    const value = sample - this.offset;
    for (let k = 1; k <= this.pending; k++) this.emit(this.last + ((value - this.last) * k) / (this.pending + 1));
    this.pending = 0;
    this.last = value;
    this.emit(value);
  }

  /** Ends the signal: a gap that is open is filled with the value before it. */
  flush(): void {
    for (; this.pending > 0; this.pending--) this.emit(this.last);
  }

  /** Whether the sample at this index was missing. */
  isMissing(index: number): boolean {
    return this.gaps.some(({ from, to }) => from <= index && index < to);
  }

  /** Whether all samples from `first` to `end - 1` were missing, in one gap. */
  isAllMissing(first: number, end: number): boolean {
    return this.gaps.some(({ from, to }) => from <= first && end <= to);
  }

  /** Lets go of the gaps that end before `index`. */
  forgetBefore(index: number): void {
    this.gaps = this.gaps.filter(({ to }) => to > index);
  }
}
