import { resampleTo } from '../filters/resample.js';
import { peaksWithin, Recent, SEARCHED_PEAKS, wholeSignalDetector } from './whole-signal.js';

/** The filters are given for this sampling rate. */
const FS = 200;
/** Delay of the low-pass and the high-pass together, samples. */
const BAND_DELAY = 5 + 16;
/** Samples that the moving integration takes. */
const INTEGRATED = 30;
const REFRACTORY = 0.2 * FS;
const T_WAVE = 0.36 * FS;
const LEARNING = 2 * FS;
const MISSED_AFTER = 1.66;
const REGULAR = { least: 0.92, most: 1.16 };

/**
 * Pan and Tompkins' detector (IEEE Trans Biomed Eng 32(3), 1985), with its integer filters at 200 Hz, thresholds in both the integrated and the
 * band-passed signal, rhythm, T-wave and search-back rules. The high-pass filter is the one that the paper means: as printed,
 * its response at 1 to 50 Hz is flat.
 */
export const pantompkins = wholeSignalDetector({
  name: 'pantompkins',
  description: 'Pan and Tompkins 1985, with the high-pass filter corrected',
  find(signal, fs) {
    const band = highpass(lowpass(resampleTo(signal, fs, FS)));
    const slope = band.map((_, n) => (2 * at(band, n) + at(band, n - 1) - at(band, n - 3) - 2 * at(band, n - 4)) / 8);
    const integrated = integrate(slope);
    const { peaks, heights } = candidates(band, slope, integrated);
    const beats = decide(peaks, heights);
    return beats.map((beat) => Math.max(0, Math.min(signal.length - 1, Math.round(((beat - BAND_DELAY) * fs) / FS))));
  },
});

function at(signal: Float64Array, n: number): number {
  return n < 0 ? 0 : signal[n]!;
}

/** y(n) = 2 y(n-1) - y(n-2) + x(n) - 2 x(n-6) + x(n-12), over its gain of 36. */
function lowpass(x: Float64Array): Float64Array {
  const y = new Float64Array(x.length);
  for (let n = 0; n < x.length; n++)
    y[n] = 2 * at(y, n - 1) - at(y, n - 2) + (x[n]! - 2 * at(x, n - 6) + at(x, n - 12)) / 36;
  return y;
}

/** An all-pass of 16 samples less the mean of 32: y(n) = y(n-1) - x(n)/32 + x(n-16) - x(n-17) + x(n-32)/32. */
function highpass(x: Float64Array): Float64Array {
  const y = new Float64Array(x.length);
  for (let n = 0; n < x.length; n++) y[n] = at(y, n - 1) - (x[n]! - at(x, n - 32)) / 32 + at(x, n - 16) - at(x, n - 17);
  return y;
}

/** Mean of the squared slope over the last 30 samples. */
function integrate(slope: Float64Array): Float64Array {
  return slope.map((_, n) => {
    let sum = 0;
    for (let k = Math.max(0, n - INTEGRATED + 1); k <= n; k++) sum += slope[k]! ** 2;
    return sum / INTEGRATED;
  });
}

interface Heights {
  /** Of the integrated signal. */
  readonly integrated: number;
  /** Largest absolute value of the band-passed signal around. */
  readonly band: number;
  /** Largest absolute slope around. */
  readonly slope: number;
}

/** Peaks of the integrated signal, each at the largest band-passed value of the stretch that made it. */
function candidates(
  band: Float64Array,
  slope: Float64Array,
  integrated: Float64Array,
): { peaks: number[]; heights: Heights[] } {
  const peaks: number[] = [];
  const heights: Heights[] = [];
  for (const end of peaksWithin(integrated, REFRACTORY / 2)) {
    let peak = end;
    let steepest = 0;
    for (let n = Math.max(0, end - INTEGRATED); n <= end; n++) {
      if (Math.abs(band[n]!) > Math.abs(band[peak]!)) peak = n;
      steepest = Math.max(steepest, Math.abs(slope[n]!));
    }
    if (peak <= (peaks.at(-1) ?? -1)) continue;
    peaks.push(peak);
    heights.push({ integrated: integrated[end]!, band: Math.abs(band[peak]!), slope: steepest });
  }
  return { peaks, heights };
}

/** The running estimates of signal and noise peaks of one of the two signals. */
class Threshold {
  constructor(
    private signal: number,
    private noise: number,
  ) {}

  get first(): number {
    return this.noise + 0.25 * (this.signal - this.noise);
  }

  isSignal(height: number, weight = 0.125): void {
    this.signal += weight * (height - this.signal);
  }

  isNoise(height: number): void {
    this.noise += 0.125 * (height - this.noise);
  }
}

function decide(peaks: readonly number[], heights: readonly Heights[]): number[] {
  const learnt = heights.filter((_, k) => peaks[k]! < LEARNING);
  const largest = (of: (height: Heights) => number) => learnt.reduce((most, height) => Math.max(most, of(height)), 0);
  const integrated = new Threshold(
    largest((height) => height.integrated),
    0,
  );
  const band = new Threshold(
    largest((height) => height.band),
    0,
  );
  const recent = new Recent(8);
  const regular = new Recent(8);
  const beats: number[] = [];
  let last = -1;
  const accept = (k: number, weight?: number) => {
    integrated.isSignal(heights[k]!.integrated, weight);
    band.isSignal(heights[k]!.band, weight);
    if (last >= 0) {
      const interval = peaks[k]! - peaks[last]!;
      const usual = regular.values.length > 0 ? regular.mean : interval;
      recent.push(interval);
      if (interval >= REGULAR.least * usual && interval <= REGULAR.most * usual) regular.push(interval);
      // After eight intervals none of which fitted, the rhythm is a new one.
      else if (
        recent.values.length === 8 &&
        recent.values.every((value) => value < REGULAR.least * usual || value > REGULAR.most * usual)
      )
        regular.push(recent.mean);
    }
    beats.push(peaks[k]!);
    last = k;
  };
  const exceeds = (k: number, share: number) =>
    heights[k]!.integrated > share * integrated.first && heights[k]!.band > share * band.first;
  for (let k = 0; k < peaks.length; k++) {
    const sinceLast = () => (last < 0 ? Number.POSITIVE_INFINITY : peaks[k]! - peaks[last]!);
    if (regular.values.length > 0 && sinceLast() > MISSED_AFTER * regular.mean) {
      let missed = -1;
      for (let j = Math.max(last + 1, k - SEARCHED_PEAKS); j < k; j++) {
        const isFree = peaks[j]! - peaks[last]! > T_WAVE && peaks[k]! - peaks[j]! > REFRACTORY;
        if (isFree && exceeds(j, 0.5) && (missed < 0 || heights[j]!.integrated > heights[missed]!.integrated))
          missed = j;
      }
      if (missed >= 0) accept(missed, 0.25);
    }
    const interval = sinceLast();
    if (interval < REFRACTORY) continue;
    const usual = regular.mean;
    const irregular = recent.values.some((value) => value < REGULAR.least * usual || value > REGULAR.most * usual);
    const isTWave = interval < T_WAVE && heights[k]!.slope < heights[last]!.slope / 2;
    if (!isTWave && exceeds(k, irregular ? 0.5 : 1)) {
      accept(k);
    } else {
      integrated.isNoise(heights[k]!.integrated);
      band.isNoise(heights[k]!.band);
    }
  }
  return beats;
}
