import { EcgError } from '../errors.js';
import { requireSamplingRate } from '../filters/finite.js';

/**
 * The interval before each beat, in seconds: `rr[i] = (peaks[i] - peaks[i-1]) / fs`. The first beat, which has none, is given
 * the second's. One beat alone gives NaN.
 *
 * @param peaks sample indices, rising.
 * @param fs samples per second.
 * @throws EcgError `PEAKS_NOT_RISING`, `FS_INVALID`.
 */
export function rrIntervals(peaks: ArrayLike<number>, fs: number): Float64Array {
  requireSamplingRate(fs);
  const rr = new Float64Array(peaks.length).fill(Number.NaN);
  for (let i = 1; i < peaks.length; i++) {
    if (!(peaks[i]! > peaks[i - 1]!)) {
      throw new EcgError(
        'PEAKS_NOT_RISING',
        `Beat ${i} at sample ${peaks[i]} does not come after beat ${i - 1} at ${peaks[i - 1]}.`,
        {
          where: 'peaks',
          fix: 'Sort the peaks and drop those that stand twice.',
        },
      );
    }
    rr[i] = (peaks[i]! - peaks[i - 1]!) / fs;
  }
  if (rr.length > 1) rr[0] = rr[1]!;
  return rr;
}

export interface RhythmFeatures {
  /** Interval to the beat before, seconds, one per beat. */
  readonly pre: Float64Array;
  /** Interval to the beat after, seconds. The last beat, which has none, is given its `pre`. */
  readonly post: Float64Array;
  /** Mean of the last `localBeats` intervals `pre`, this beat's included. */
  readonly local: Float64Array;
  /** Mean of `pre` over the record, or over the last `globalSeconds`. */
  readonly global: Float64Array;
}

export interface RhythmOptions {
  /** Intervals in the local mean. Default 10. */
  readonly localBeats?: number;
  /**
   * Over what `global` is taken: the whole record (default; needs it all), or the last so many seconds up to this beat, which
   * needs no future but for `post`: its latency is one beat. 300 s is usual.
   */
  readonly globalSeconds?: number | 'record';
}

/**
 * The four intervals that most beat classifiers use (de Chazal, O'Dwyer and Reilly, IEEE Trans Biomed Eng 51(7), 2004).
 *
 * @param peaks sample indices, rising.
 * @param fs samples per second.
 * @throws EcgError `PEAKS_NOT_RISING`, `FS_INVALID`, `RHYTHM_OPTION`.
 */
export function rhythmFeatures(peaks: ArrayLike<number>, fs: number, options: RhythmOptions = {}): RhythmFeatures {
  const { localBeats = 10, globalSeconds = 'record' } = options;
  if (!(Number.isInteger(localBeats) && localBeats > 0))
    throw optionError('localBeats', localBeats, 'a positive whole number of beats');
  if (globalSeconds !== 'record' && !(globalSeconds > 0))
    throw optionError('globalSeconds', globalSeconds, "a positive number or 'record'");
  const pre = rrIntervals(peaks, fs);
  const n = pre.length;
  const post = Float64Array.from(pre, (own, i) => (i + 1 < n ? pre[i + 1]! : own));
  const local = new Float64Array(n);
  const global = new Float64Array(n);
  // Sums of pre[0..i) are exact enough to subtract: a day of intervals is 86,400 s, so the error stays under 1e-9 s.
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + pre[i]!;
  const mean = (from: number, to: number) => (sums[to]! - sums[from]!) / (to - from);
  let start = 0;
  for (let i = 0; i < n; i++) {
    local[i] = mean(Math.max(0, i + 1 - localBeats), i + 1);
    if (globalSeconds === 'record') {
      global[i] = mean(0, n);
    } else {
      while (peaks[start]! < peaks[i]! - globalSeconds * fs) start++;
      global[i] = mean(start, i + 1);
    }
  }
  return { pre, post, local, global };
}

function optionError(name: string, value: unknown, wanted: string): EcgError {
  return new EcgError('RHYTHM_OPTION', `${name} is ${value}.`, { where: name, fix: `Give ${wanted}.` });
}
