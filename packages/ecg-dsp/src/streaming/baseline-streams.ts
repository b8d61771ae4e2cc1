import { requireFinite } from '../filters/finite.js';
import { baselineWidths } from '../filters/median.js';
import { approximationAt, approximationLength, baselineAt, baselineLevels } from '../filters/wavelet.js';
import { History } from './history.js';
import { MedianStream } from './median-stream.js';

/** Removes the baseline of a signal that has no end by two medians: what `removeBaselineMedian` gives, `latency` samples late. */
export class MedianBaselineStream {
  /** Samples that must follow one before its baseline is known: 0.4 s. */
  readonly latency: number;
  private readonly medians: readonly MedianStream[];
  private readonly signal = new History();
  private made = 0;

  /** @param fs samples per second. @throws EcgError `FS_INVALID` */
  constructor(fs: number) {
    this.medians = baselineWidths(fs).map((width) => new MedianStream(width));
    this.latency = this.medians.reduce((sum, { latency }) => sum + latency, 0);
  }

  /**
   * @returns the samples whose baseline became known, without it.
   * @throws EcgError `SIGNAL_NOT_FINITE`; then nothing of the chunk was taken.
   */
  push(samples: ArrayLike<number>): Float64Array {
    requireFinite(samples);
    for (let i = 0; i < samples.length; i++) this.signal.push(samples[i]!);
    const [first, second] = this.medians;
    return this.without(second!.push(first!.push(samples)));
  }

  /** Ends the signal. @returns the samples that are left. */
  flush(): Float64Array {
    const [first, second] = this.medians;
    const baseline = [...second!.push(first!.flush()), ...second!.flush()];
    return this.without(baseline);
  }

  private without(baseline: ArrayLike<number>): Float64Array {
    const out = Float64Array.from(baseline, (value) => this.signal.at(this.made++) - value);
    this.signal.forgetBefore(this.made);
    return out;
  }
}

/** Removes the baseline of a signal that has no end by a wavelet: the bits of `removeBaselineWavelet`, `latency` samples late. */
export class WaveletBaselineStream {
  /** Samples that must follow one before its baseline is known: 7.8 s at 360 Hz and 0.5 Hz. */
  readonly latency: number;
  /** The signal, its approximation, the approximation of that, and so on. */
  private readonly approximations: readonly History[];
  /** The baseline at each level, from the signal's own up; that of the last level is its approximation. */
  private readonly baselines: readonly History[];
  private made = 0;

  /**
   * @param fs samples per second.
   * @param cutoff Hz, as in `removeBaselineWavelet`.
   * @throws EcgError `FS_INVALID`, `CUTOFF_OUT_OF_RANGE`.
   */
  constructor(fs: number, cutoff = 0.5) {
    const levels = baselineLevels(fs, cutoff);
    this.approximations = Array.from({ length: levels + 1 }, () => new History());
    this.baselines = [...Array.from({ length: levels }, () => new History()), this.approximations[levels]!];
    // Each level of the transform and of its inverse reaches eleven of its own samples ahead.
    this.latency = 11 * (2 ** levels - 1);
  }

  /**
   * @returns the samples whose baseline became known, without it.
   * @throws EcgError `SIGNAL_NOT_FINITE`; then nothing of the chunk was taken.
   */
  push(samples: ArrayLike<number>): Float64Array {
    requireFinite(samples);
    for (let i = 0; i < samples.length; i++) this.approximations[0]!.push(samples[i]!);
    return this.make(false);
  }

  /** Ends the signal. @returns the samples that are left. */
  flush(): Float64Array {
    return this.make(true);
  }

  private make(isEnd: boolean): Float64Array {
    for (const [level, finer] of this.approximations.slice(0, -1).entries()) {
      const coarser = this.approximations[level + 1]!;
      const length = isEnd ? finer.end : Number.POSITIVE_INFINITY;
      const total = approximationLength(length);
      for (let k = coarser.end; k < total && (isEnd || finer.end > Math.max(2 * k + 1, 9 - 2 * k)); k++) {
        coarser.push(approximationAt(k, length, (index) => finer.at(index)));
      }
    }
    for (let level = this.baselines.length - 2; level >= 0; level--) {
      const [finer, coarser] = [this.baselines[level]!, this.baselines[level + 1]!];
      const total = this.approximations[level]!.end;
      while (finer.end < total && (isEnd || Math.floor((finer.end + 10) / 2) < coarser.end)) {
        finer.push(baselineAt(finer.end, (index) => coarser.at(index)));
      }
    }
    const [signal, baseline] = [this.approximations[0]!, this.baselines[0]!];
    const from = this.made;
    this.made = baseline.end;
    const out = Float64Array.from({ length: this.made - from }, (_, i) => signal.at(from + i) - baseline.at(from + i));
    this.forget();
    return out;
  }

  /** Lets go of what nothing to come depends on; the ends are mirrored, so the last eleven samples stay. */
  private forget(): void {
    this.approximations[0]!.forgetBefore(Math.min(this.made, this.approximations[0]!.end - 24));
    for (let level = 1; level < this.approximations.length; level++) {
      const needed = level === this.approximations.length - 1 ? this.neededBy(level) : Number.POSITIVE_INFINITY;
      this.approximations[level]!.forgetBefore(Math.min(needed, this.approximations[level]!.end - 24));
    }
    for (let level = 0; level < this.baselines.length - 1; level++) {
      const needed = level === 0 ? this.made : this.neededBy(level);
      this.baselines[level]!.forgetBefore(needed);
    }
  }

  /** Index of the oldest sample of a level's baseline that the next finer one still needs. */
  private neededBy(level: number): number {
    return Math.ceil((this.baselines[level - 1]!.end - 1) / 2);
  }
}
