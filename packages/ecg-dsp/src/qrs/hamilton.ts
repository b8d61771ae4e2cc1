import { butterworth } from '../filters/butterworth.js';
import { movingMean, peaksWithin, Recent, SEARCHED_PEAKS, wholeSignalDetector, zeroPhase } from './whole-signal.js';

const BAND_HZ = [8, 16] as const;
const SMOOTHING_S = 0.08;
/** A peak this near to a larger one is part of it, seconds. */
const REFRACTORY_S = 0.2;
/** A peak this near to a beat, with less than half its slope, is a T wave, seconds. */
const T_WAVE_S = 0.36;
/** The threshold lies at this share of the way from the noise peaks to the QRS peaks. */
const THRESHOLD_SHARE = 0.45;
const REMEMBERED = 8;
/** A gap of so many mean intervals is searched for a beat that reaches half the threshold. */
const MISSED_AFTER = 1.5;
/** Peaks of this share of the largest in the first seconds are taken for the first beats. */
const FIRST_SHARE = 0.5;
const FIRST_S = 8;

/**
 * Hamilton's detector (P. Hamilton, "Open source ECG analysis", Computers in Cardiology 29, 2002): band-pass, absolute slope, mean over
 * 80 ms; a threshold between the means of the last eight QRS peaks and of the last eight others; T waves told by their slope; search back in long gaps.
 * Here the filters are zero-phase, and the first QRS peaks are those of the first eight seconds.
 */
export const hamilton = wholeSignalDetector({
  name: 'hamilton',
  description: 'Hamilton 2002: absolute slope of 8 to 16 Hz against a threshold between QRS and noise peaks',
  find(signal, fs) {
    const band = zeroPhase(butterworth({ order: 1, type: 'bandpass', cutoff: BAND_HZ, fs }), signal);
    const slope = band.map((value, i) => Math.abs(value - band[Math.max(0, i - 1)]!));
    const half = Math.round((SMOOTHING_S * fs) / 2);
    const feature = movingMean(slope, half, half);
    const peaks = peaksWithin(feature, Math.round(REFRACTORY_S * fs));
    const steepest = (peak: number) =>
      slope.subarray(Math.max(0, peak - half), peak + half + 1).reduce((most, value) => Math.max(most, value), 0);

    const qrs = new Recent(REMEMBERED);
    const noise = new Recent(REMEMBERED);
    const intervals = new Recent(REMEMBERED);
    const early = peaks.filter((peak) => peak < FIRST_S * fs).map((peak) => feature[peak]!);
    const largest = Math.max(0, ...early);
    for (const height of early) if (height > FIRST_SHARE * largest) qrs.push(height);
    const beats: number[] = [];
    let passed = new Recent(SEARCHED_PEAKS);
    const take = (peak: number) => {
      qrs.push(feature[peak]!);
      const last = beats.at(-1);
      if (last !== undefined) intervals.push(peak - last);
      beats.push(peak);
      passed = new Recent(SEARCHED_PEAKS);
    };
    const threshold = () => {
      const quiet = noise.values.length > 0 ? noise.mean : 0;
      return quiet + THRESHOLD_SHARE * ((qrs.values.length > 0 ? qrs.mean : 0) - quiet);
    };
    for (const peak of peaks) {
      const last = beats.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (peak - last > MISSED_AFTER * intervals.mean) {
        const missed = passed.values.filter(
          (other) => other - last >= T_WAVE_S * fs && feature[other]! > threshold() / 2,
        );
        if (missed.length > 0) take(missed.reduce((best, other) => (feature[other]! > feature[best]! ? other : best)));
      }
      const before = beats.at(-1);
      const isTWave = before !== undefined && peak - before < T_WAVE_S * fs && steepest(peak) < steepest(before) / 2;
      if (feature[peak]! > threshold() && !isTWave) {
        take(peak);
      } else {
        noise.push(feature[peak]!);
        passed.push(peak);
      }
    }
    return beats;
  },
});
