import { EcgError } from '../errors.js';
import { requireFinite, requireSamplingRate } from './finite.js';

/** Low-pass decomposition filter of Daubechies' wavelet with 6 vanishing moments (Daubechies, Ten Lectures on Wavelets, 1992). */
const LOW = [
  -0.00107730108499558, 0.00477725751101065, 0.0005538422009938, -0.0315820393180312, 0.0275228655300163,
  0.0975016055870794, -0.129766867567096, -0.226264693965169, 0.315250351709243, 0.751133908021577, 0.494623890398385,
  0.11154074335008,
];
const TAPS = LOW.length;
/** High-pass decomposition filter: the quadrature mirror of LOW. */
const HIGH = LOW.map((_, k) => (k % 2 === 0 ? -1 : 1) * LOW[TAPS - 1 - k]!);

/** One level of a discrete wavelet transform: two halves of `floor((N + 11) / 2)` coefficients. */
export interface WaveletLevel {
  readonly approximation: Float64Array;
  readonly detail: Float64Array;
}

/** One level of the db6 transform, ends mirrored with the end sample twice. Equal to `pywt.dwt(x, 'db6', 'symmetric')`. */
export function waveletSplit(samples: ArrayLike<number>): WaveletLevel {
  const n = samples.length;
  const size = Math.floor((n + TAPS - 1) / 2);
  const approximation = new Float64Array(size);
  const detail = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    for (let j = 0; j < TAPS; j++) {
      const value = samples[mirrored(2 * k + 1 - j, n)]!;
      approximation[k]! += LOW[j]! * value;
      detail[k]! += HIGH[j]! * value;
    }
  }
  return { approximation, detail };
}

/** Inverts `waveletSplit`. @param length samples of the signal that was split. */
export function waveletJoin({ approximation, detail }: WaveletLevel, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    let sum = 0;
    // Output i takes coefficient k through tap j = 2 k + 1 - i of the transposed filters.
    for (let k = Math.ceil((i - 1) / 2), j = 2 * k + 1 - i; j < TAPS; k++, j += 2)
      sum += LOW[j]! * (approximation[k] ?? 0) + HIGH[j]! * (detail[k] ?? 0);
    return sum;
  });
}

/**
 * Removes baseline wander by a wavelet transform: the approximation that is left after so many levels that its band ends near
 * the cutoff is subtracted. The band of L levels ends at fs / 2^(L+1).
 *
 * @param samples N finite samples.
 * @param fs samples per second.
 * @param cutoff Hz, met to a factor of the square root of 2. Default 0.5.
 * @returns N samples without their baseline.
 * @throws EcgError `FS_INVALID`, `SIGNAL_NOT_FINITE`, `CUTOFF_OUT_OF_RANGE`.
 */
export function removeBaselineWavelet(samples: ArrayLike<number>, fs: number, cutoff = 0.5): Float64Array {
  requireSamplingRate(fs);
  requireFinite(samples);
  if (!(cutoff > 0 && cutoff <= fs / 4)) {
    throw new EcgError('CUTOFF_OUT_OF_RANGE', `A baseline up to ${cutoff} Hz cannot be removed at ${fs} Hz.`, {
      where: 'cutoff',
      fix: 'Choose a cutoff above 0 and at most a quarter of the sampling rate; 0.5 Hz is usual.',
    });
  }
  const levels = Math.round(Math.log2(fs / cutoff) - 1);
  const lengths: number[] = [];
  let baseline: Float64Array = Float64Array.from(samples);
  for (let level = 0; level < levels && baseline.length > 0; level++) {
    lengths.push(baseline.length);
    baseline = waveletSplit(baseline).approximation;
  }
  const detail = new Float64Array(0);
  for (const length of lengths.reverse()) baseline = waveletJoin({ approximation: baseline, detail }, length);
  return baseline.map((value, i) => samples[i]! - value);
}

/** Index in a signal continued by its mirror image, the end sample twice. */
function mirrored(index: number, n: number): number {
  const period = 2 * n;
  const at = ((index % period) + period) % period;
  return at < n ? at : period - 1 - at;
}
