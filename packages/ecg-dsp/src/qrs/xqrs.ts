import { butterworth } from '../filters/butterworth.js';
import { filtfilt } from '../filters/filtfilt.js';
import { SEARCHED_PEAKS, wholeSignalDetector, zeroPhase } from './whole-signal.js';

const BAND_HZ = [5, 20] as const;
/** Length of the wavelet that the band-passed signal is run through, seconds. */
const WAVELET_S = 0.1;
/** Its width: 4 samples at 360 Hz, seconds. */
const WAVELET_WIDTH_S = 4 / 360;
/** Half the window in which a peak is the largest sample, seconds. */
const PEAK_HALF_S = 0.05;
const REFRACTORY_S = 0.2;
/** 200, 75 and 25 beats a minute, seconds. */
const INTERVAL_S = { least: 60 / 200, usual: 60 / 75, most: 60 / 25 };
/** Beats that must be learnt from, and the correlation with the wavelet that makes a peak one. */
const LEARN = { beats: 8, correlation: 0.6 };
/** The next peak so many mean intervals after the last beat: look back for one that was missed. */
const MISSED_AFTER = 1.66;
/** Where nothing could be learnt, a QRS complex is as high as the median of the maxima of stretches this long, seconds. */
const STRETCH_S = 2;

/**
 * The detector XQRS of wfdb-python (C. Xie et al., 2018): 5 to 20 Hz, a Ricker wavelet, squared; a threshold between the QRS and the noise
 * peaks, learnt from peaks that look like the wavelet; search back at half of it. Here the wavelet keeps its width in time at any
 * sampling rate, and where nothing can be learnt, the first threshold comes from the signal instead of a voltage.
 */
export const xqrs = wholeSignalDetector({
  name: 'xqrs',
  description: "wfdb-python's XQRS: a squared Ricker transform against a threshold learnt from the signal",
  find(signal, fs) {
    const band = zeroPhase(butterworth({ order: 2, type: 'bandpass', cutoff: BAND_HZ, fs }), signal);
    const b = ricker(Math.floor(WAVELET_S * fs), WAVELET_WIDTH_S * fs);
    const padLength = Math.min(3 * b.length, signal.length - 1);
    const feature = filtfilt({ b, a: [1] }, band, { padLength }).map((value) => value * value);
    const radius = Math.floor(PEAK_HALF_S * fs);
    const peaks = largestWithin(feature, radius);
    const state = learn(band, feature, radius, fs) ?? fallback(feature, peaks, fs);
    return decide(peaks, feature, state, fs);
  },
});

/** What the decision goes on: heights of QRS and noise peaks, mean interval in samples. */
interface State {
  qrs: number;
  noise: number;
  interval: number;
}

/** The Ricker wavelet of `width`, `length` samples about its middle. */
function ricker(length: number, width: number): number[] {
  const scale = 2 / (Math.sqrt(3 * width) * Math.PI ** 0.25);
  return Array.from({ length }, (_, k) => {
    const t = (k - (length - 1) / 2) / width;
    return scale * (1 - t * t) * Math.exp((-t * t) / 2);
  });
}

/** Samples above 0 that are the largest from `radius` before to `radius` after; after one the next `radius` samples are none. */
function largestWithin(signal: Float64Array, radius: number): number[] {
  const peaks: number[] = [];
  for (let i = 0; i < signal.length; i++) {
    const height = signal[i]!;
    if (!(height > 0) || height < (signal[i - 1] ?? 0) || height < (signal[i + 1] ?? 0)) continue;
    if (signal.subarray(Math.max(0, i - radius), i + radius).some((value) => value > height)) continue;
    peaks.push(i);
    i += radius - 1;
  }
  return peaks;
}

function learn(band: Float64Array, feature: Float64Array, radius: number, fs: number): State | undefined {
  const shape = ricker(2 * radius, WAVELET_WIDTH_S * fs);
  const shapeNorm = Math.hypot(...shape);
  const beats: number[] = [];
  let noise = 0;
  let others = 0;
  for (const peak of largestWithin(band, radius)) {
    if (peak < radius || peak + radius > band.length) continue;
    let product = 0;
    let squares = 0;
    for (let k = 0; k < 2 * radius; k++) {
      const value = band[peak - radius + k]!;
      product += value * shape[k]!;
      squares += value * value;
    }
    const isQrs = product / (Math.sqrt(squares) * shapeNorm) > LEARN.correlation;
    if (isQrs && peak - (beats.at(-1) ?? Number.NEGATIVE_INFINITY) > INTERVAL_S.least * fs) {
      beats.push(peak);
      if (beats.length === LEARN.beats) break;
    } else {
      noise += feature[peak]!;
      others++;
    }
  }
  if (beats.length < LEARN.beats) return undefined;
  const qrs =
    beats.reduce(
      (sum, beat) =>
        sum + feature.subarray(beat - radius, beat + radius).reduce((most, value) => Math.max(most, value), 0),
      0,
    ) / beats.length;
  const intervals = beats
    .slice(1)
    .map((beat, k) => beat - beats[k]!)
    .filter((interval) => interval < INTERVAL_S.most * fs);
  const mean = intervals.reduce((sum, value) => sum + value, 0) / intervals.length;
  return {
    qrs,
    noise: others > 0 ? noise / others : qrs / 10,
    interval: intervals.length > 0 ? mean : INTERVAL_S.usual * fs,
  };
}

function fallback(feature: Float64Array, peaks: readonly number[], fs: number): State {
  const maxima: number[] = [];
  for (const peak of peaks) {
    const stretch = Math.floor(peak / (STRETCH_S * fs));
    maxima[stretch] = Math.max(maxima[stretch] ?? 0, feature[peak]!);
  }
  const sorted = Float64Array.from(maxima, (value) => value ?? 0).sort();
  const qrs = sorted[sorted.length >> 1] ?? 0;
  return { qrs, noise: qrs / 10, interval: INTERVAL_S.usual * fs };
}

function decide(peaks: readonly number[], feature: Float64Array, state: State, fs: number): number[] {
  const refractory = REFRACTORY_S * fs;
  const beats: number[] = [];
  let last = Math.min(0, (peaks[0] ?? 0) - INTERVAL_S.least * fs - 1);
  let lastPeak = -1;
  const threshold = () => 0.25 * state.qrs + 0.75 * state.noise;
  const accept = (k: number, weight: number) => {
    const peak = peaks[k]!;
    state.qrs += weight * (feature[peak]! - state.qrs);
    if (beats.length > 0 && peak - last < INTERVAL_S.most * fs)
      state.interval += 0.125 * (peak - last - state.interval);
    beats.push(peak);
    last = peak;
    lastPeak = k;
  };
  for (let k = 0; k < peaks.length; k++) {
    const peak = peaks[k]!;
    if (peak - last > refractory && feature[peak]! > threshold()) accept(k, 0.125);
    else state.noise += 0.125 * (feature[peak]! - state.noise);
    const next = peaks[k + 1];
    if (next === undefined || next - last <= MISSED_AFTER * state.interval) continue;
    for (let j = Math.max(lastPeak + 1, k - SEARCHED_PEAKS); j <= k; j++) {
      if (peaks[j]! - last > refractory && feature[peaks[j]!]! > threshold() / 2) accept(j, 0.25);
    }
  }
  return beats;
}
