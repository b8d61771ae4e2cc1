import { EcgError } from '../errors.js';
import { requireSamplingRate } from '../filters/finite.js';
import { addNoiseStretches, type NoiseStretch, requireGain, requireNoise, unmeasurable } from './stretches.js';

export { addNoiseStretches, type NoiseStretch } from './stretches.js';

/** QRS complexes and one-second pieces that are measured at most. */
const MEASURED = 300;
/** Share of the smallest and of the largest values that is left out of a mean. */
const TRIMMED = 0.05;
/** Half the window in which a QRS complex is measured, seconds. */
const QRS_HALF_S = 0.05;

/**
 * Size of the QRS complexes, as the noise stress test defines it: peak to peak within 50 ms of each of the first 300 beats, the
 * mean without the smallest and largest 5 %.
 *
 * @param samples one lead; beats at whose window it is NaN or has ended are left out.
 * @param fs samples per second.
 * @param beats sample indices of the QRS complexes, rising.
 * @returns in the unit of `samples`.
 * @throws EcgError `FS_INVALID`; `NOISE_UNMEASURABLE` where there is no beat to measure.
 */
export function qrsAmplitude(samples: ArrayLike<number>, fs: number, beats: ArrayLike<number>): number {
  requireSamplingRate(fs);
  const half = Math.round(QRS_HALF_S * fs);
  const sizes: number[] = [];
  for (let b = 0; b < beats.length && sizes.length < MEASURED; b++) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let complete = true;
    for (let i = beats[b]! - half; i <= beats[b]! + half; i++) {
      const value = samples[i] ?? Number.NaN;
      complete &&= Number.isFinite(value);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (complete) sizes.push(most - least);
  }
  return trimmedMean(sizes, 'The signal has no QRS complex to measure.');
}

/**
 * Strength of a noise, as the noise stress test defines it: the RMS about its own mean of each of the first 300 seconds, the mean
 * without the smallest and largest 5 %.
 *
 * @param noise one channel; seconds that hold NaN are left out.
 * @param fs samples per second.
 * @returns in the unit of `noise`.
 * @throws EcgError `FS_INVALID`; `NOISE_UNMEASURABLE` where there is no whole second to measure.
 */
export function noiseAmplitude(noise: ArrayLike<number>, fs: number): number {
  requireSamplingRate(fs);
  const second = Math.round(fs);
  const sizes: number[] = [];
  for (let from = 0; from + second <= noise.length && sizes.length < MEASURED; from += second) {
    let sum = 0;
    for (let i = from; i < from + second; i++) sum += noise[i]!;
    const mean = sum / second;
    let squares = 0;
    for (let i = from; i < from + second; i++) squares += (noise[i]! - mean) ** 2;
    if (Number.isFinite(squares)) sizes.push(Math.sqrt(squares / second));
  }
  return trimmedMean(sizes, 'The noise has no second without gaps to measure.');
}

/**
 * Factor that brings a noise to a signal-to-noise ratio. A QRS complex counts as one period of a sine of its size, so that with
 * p from `qrsAmplitude` and r from `noiseAmplitude` SNR = 10 log10(p² / 8 / (gain r)²) (Moody, Muldrow and Mark, Computers in
 * Cardiology 11, 1984).
 *
 * @param snr in dB.
 * @throws EcgError `NOISE_UNMEASURABLE` where the noise is silent or `snr` no number.
 */
export function noiseGain(qrs: number, noise: number, snr: number): number {
  const gain = qrs / Math.sqrt(8) / noise / 10 ** (snr / 20);
  if (Number.isFinite(gain)) return gain;
  throw unmeasurable(`A noise of ${noise} cannot be brought to ${snr} dB.`);
}

export interface NoiseSchedule {
  /** Seconds without noise at the beginning. Default 300: EC57's learning period. */
  readonly start?: number;
  /** Then so many seconds with noise, default 120, ... */
  readonly noisy?: number;
  /** ... and so many without, default 120, and so on to the end. */
  readonly clean?: number;
}

/**
 * Adds noise by the protocol of the noise stress test: five minutes without, then two minutes with and two without in turn. The
 * noise of a moment is that of the same moment of the noise recording, which is repeated where it ends. No step comes in: a
 * stretch of noise begins at the offset at hand, and where it ends the offset stays.
 *
 * @param samples one lead. NaN stays NaN.
 * @param noise at the same sampling rate, at least one sample.
 * @param fs samples per second.
 * @param gain what the noise is multiplied by: see `noiseGain`.
 * @returns as many samples, in the unit of `samples`.
 * @throws EcgError `FS_INVALID`; `NOISE_UNMEASURABLE` where there is no noise, or where it or the gain is not finite; `NOISE_SCHEDULE` for times that are no time.
 */
export function addNoise(
  samples: ArrayLike<number>,
  noise: ArrayLike<number>,
  fs: number,
  gain: number,
  { start = 300, noisy = 120, clean = 120 }: NoiseSchedule = {},
): Float64Array {
  requireSamplingRate(fs);
  requireNoise(noise);
  requireGain(gain);
  if (!(start >= 0 && noisy > 0 && clean >= 0)) {
    throw new EcgError(
      'NOISE_SCHEDULE',
      `Noise cannot be added after ${start} s, for ${noisy} s and then not for ${clean} s.`,
      {
        where: 'start, noisy, clean',
        fix: 'Give seconds, not below 0, and more than 0 with noise.',
      },
    );
  }
  const length = Math.max(1, Math.round(noisy * fs));
  const period = length + Math.round(clean * fs);
  const stretches: NoiseStretch[] = [];
  for (let from = Math.round(start * fs); from < samples.length; from += period) {
    stretches.push({ from, to: from + length, noise, at: from % noise.length, gain });
  }
  return addNoiseStretches(samples, stretches);
}

function trimmedMean(values: readonly number[], whenEmpty: string): number {
  if (values.length === 0) throw unmeasurable(whenEmpty);
  const cut = Math.floor(TRIMMED * values.length);
  const kept = Float64Array.from(values)
    .sort()
    .subarray(cut, values.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}
