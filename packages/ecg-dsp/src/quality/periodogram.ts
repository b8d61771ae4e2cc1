import { fft } from './fft.js';

/** Power spectra of half-overlapping pieces of a signal: what Welch's method averages. */
export interface Periodograms {
  /** Samples of a piece, a power of two; piece s begins at sample `s * length / 2`. */
  readonly length: number;
  /** Per piece the power density at `k fs / length` Hz for k = 0 to length / 2, in unit² / Hz; undefined where a sample is missing. */
  readonly pieces: readonly (Float64Array | undefined)[];
}

/**
 * Cuts a signal into pieces of at least `seconds`, takes out each one's mean, weighs it with a periodic Hann window and takes the
 * one-sided power density. The mean over all pieces equals `scipy.signal.welch(samples, fs, nperseg=length)`.
 *
 * @param samples NaN where there is none.
 * @param fs samples per second.
 */
export function periodograms(samples: ArrayLike<number>, fs: number, seconds: number): Periodograms {
  const length = 2 ** Math.max(1, Math.ceil(Math.log2(seconds * fs)));
  const window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
  const windowPower = window.reduce((sum, value) => sum + value * value, 0);
  const pieces: (Float64Array | undefined)[] = [];
  for (let from = 0; from + length <= samples.length; from += length / 2) {
    const re = Float64Array.from({ length }, (_, i) => samples[from + i]!);
    const mean = re.reduce((sum, value) => sum + value, 0) / length;
    if (!Number.isFinite(mean)) {
      pieces.push(undefined);
      continue;
    }
    for (let i = 0; i < length; i++) re[i] = (re[i]! - mean) * window[i]!;
    const im = new Float64Array(length);
    fft(re, im);
    const density = Float64Array.from({ length: length / 2 + 1 }, (_, k) => {
      const sides = k === 0 || k === length / 2 ? 1 : 2;
      return (sides * (re[k]! ** 2 + im[k]! ** 2)) / (fs * windowPower);
    });
    pieces.push(density);
  }
  return { length, pieces };
}
