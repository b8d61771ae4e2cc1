import { fillGaps } from '../filters/gaps.js';
import { type Sos, sosfiltfilt, sosPadLength } from '../filters/sos.js';
import type { Detector } from './detector.js';
import { PeakRefiner } from './refine.js';
import { report } from './report.js';
import { requireQrsRate } from './sampling-rate.js';

/** A method that works on the whole of a signal. */
export interface WholeSignalMethod {
  readonly name: string;
  readonly description: string;
  /**
   * Finds QRS complexes.
   *
   * @param signal finite, its first sample 0, at least 3 samples.
   * @param fs samples per second, at least 80.
   * @returns sample indices within 60 ms of the R peaks, rising, at least 0.2 s apart.
   */
  find(signal: Float64Array, fs: number): number[];
}

/** Makes a detector of a method: gaps are bridged before and beats on them dropped after, and the positions moved to the R peaks. */
export function wholeSignalDetector({ name, description, find }: WholeSignalMethod): Detector {
  return {
    name,
    description,
    detect(samples, fs) {
      requireQrsRate(fs);
      const { filled, gaps } = fillGaps(samples);
      const offset = filled[0] ?? 0;
      const signal = filled.map((value) => value - offset);
      const refiner = new PeakRefiner(fs);
      const peaks: number[] = [];
      let g = 0;
      for (const position of signal.length < 3 ? [] : find(signal, fs)) {
        while (g < gaps.length && gaps[g]![1] <= position) g++;
        if (g < gaps.length && gaps[g]![0] <= position) continue;
        const from = Math.max(0, position - refiner.reach);
        peaks.push(from + refiner.refine(signal.subarray(from, position + refiner.reach + 1), position - from));
      }
      return report(name, Int32Array.from(peaks), refiner.inverted);
    },
  };
}

/** `sosfiltfilt` that takes signals shorter than its extension too. */
export function zeroPhase(sos: Sos, signal: Float64Array): Float64Array {
  return sosfiltfilt(sos, signal, { padLength: Math.min(sosPadLength(sos), signal.length - 1) });
}

/** Mean of the `before` samples before each sample, itself, and the `after` ones after it; the end samples are repeated beyond the ends. */
export function movingMean(signal: Float64Array, before: number, after: number): Float64Array {
  const n = signal.length;
  const at = (i: number) => signal[Math.max(0, Math.min(n - 1, i))]!;
  const width = before + 1 + after;
  let sum = 0;
  for (let i = -before; i <= after; i++) sum += at(i);
  return signal.map((_, i) => {
    const mean = sum / width;
    sum += at(i + after + 1) - at(i - before);
    return mean;
  });
}

/** Local maxima above 0 that no sample within `reach` exceeds; of equal ones the first. */
export function peaksWithin(signal: Float64Array, reach: number): number[] {
  const peaks: number[] = [];
  for (let i = 1; i + 1 < signal.length; i++) {
    const height = signal[i]!;
    if (!(height > 0 && height > signal[i - 1]! && height >= signal[i + 1]!)) continue;
    const before = signal.subarray(Math.max(0, i - reach), i);
    const after = signal.subarray(i + 1, i + reach + 1);
    if (before.every((value) => value < height) && after.every((value) => value <= height)) peaks.push(i);
  }
  return peaks;
}

/** Peaks that a search for a missed beat goes back at most, so that hours without one are searched in linear time: 5 s and more. */
export const SEARCHED_PEAKS = 64;

/** The last few of a series of numbers. */
export class Recent {
  readonly values: number[] = [];

  constructor(private readonly size: number) {}

  push(value: number): void {
    this.values.push(value);
    if (this.values.length > this.size) this.values.shift();
  }

  /** NaN where there are none. */
  get mean(): number {
    return this.values.reduce((sum, value) => sum + value, 0) / this.values.length;
  }
}
