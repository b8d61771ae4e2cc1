import { requireFinite } from '../filters/finite.js';
import { requireMedianWidth } from '../filters/median.js';
import { WindowMedian } from '../filters/window-median.js';

/**
 * Sliding median of a signal that has no end: what `medianFilter` with repeated end samples gives, `latency` samples late.
 */
export class MedianStream {
  /** Samples that must follow one before its median is known: half the width. */
  readonly latency: number;
  private window: WindowMedian | undefined;
  private waiting = 0;
  private last = 0;

  /** @throws EcgError `MEDIAN_WIDTH` when `width` is not a positive odd integer. */
  constructor(private readonly width: number) {
    requireMedianWidth(width);
    this.latency = (width - 1) / 2;
  }

  /**
   * @returns the medians that became known, `latency` fewer in all than samples were pushed.
   * @throws EcgError `SIGNAL_NOT_FINITE`; then nothing of the chunk was taken.
   */
  push(samples: ArrayLike<number>): Float64Array {
    requireFinite(samples);
    const out: number[] = [];
    for (let i = 0; i < samples.length; i++) this.take(samples[i]!, out);
    return Float64Array.from(out);
  }

  /** Ends the signal. @returns the medians that are left. */
  flush(): Float64Array {
    const out: number[] = [];
    const left = this.waiting;
    for (let i = 0; i < this.latency; i++) if (this.window) this.take(this.last, out);
    this.window = undefined;
    this.waiting = 0;
    return Float64Array.from(out.slice(out.length - left));
  }

  private take(sample: number, out: number[]): void {
    this.window ??= new WindowMedian(this.width, sample);
    this.window.push(sample);
    this.last = sample;
    if (this.waiting < this.latency) this.waiting++;
    else out.push(this.window.median);
  }
}
