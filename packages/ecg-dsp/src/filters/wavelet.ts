import { EcgError } from '../errors.js';
import { requireFinite, requireSamplingRate } from './finite.js';

/** Low-pass decomposition filter of Daubechies' wavelet with 6 vanishing moments (Daubechies, Ten Lectures on Wavelets, 1992). */
const LOW = [
  -0.00107730108499558, 0.00477725751101065, 0.0005538422009938, -0.0315820393180312, 0.0275228655300163,
  0.0975016055870794, -0.129766867567096, -0.226264693965169, 0.315250351709243, 0.751133908021577, 0.494623890398385,
  0.11154074335008,
];
const TAPS = LOW.length;
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
  requireFinite(samples);
  const levels = baselineLevels(fs, cutoff);
  const lengths: number[] = [];
  let baseline: Float64Array = Float64Array.from(samples);
  for (let level = 0; level < levels && baseline.length > 0; level++) {
    const finer = baseline;
    lengths.push(finer.length);
    baseline = Float64Array.from({ length: approximationLength(finer.length) }, (_, k) =>
      approximationAt(k, finer.length, (index) => finer[index]!),
    );
  }
  for (const length of lengths.reverse()) {
    const coarser = baseline;
    baseline = Float64Array.from({ length }, (_, i) => baselineAt(i, (index) => coarser[index]!));
  }
  return baseline.map((value, i) => samples[i]! - value);
}

/** Levels after which the approximation is the baseline. @throws EcgError `FS_INVALID`, `CUTOFF_OUT_OF_RANGE` */
export function baselineLevels(fs: number, cutoff: number): number {
  requireSamplingRate(fs);
  if (!(cutoff > 0 && cutoff <= fs / 4)) {
    throw new EcgError('CUTOFF_OUT_OF_RANGE', `A baseline up to ${cutoff} Hz cannot be removed at ${fs} Hz.`, {
      where: 'cutoff',
      fix: 'Choose a cutoff above 0 and at most a quarter of the sampling rate; 0.5 Hz is usual.',
    });
  }
  return Math.round(Math.log2(fs / cutoff) - 1);
}

/** Approximation coefficients of a signal of that length. */
export function approximationLength(length: number): number {
  return Math.floor((length + TAPS - 1) / 2);
}

/**
 * Coefficient k of the approximation of a signal, which reaches from sample 2k - 10 to 2k + 1. At both ends the signal is mirrored,
 * with the end sample twice. Equal to the first half of `pywt.dwt(x, 'db6', 'symmetric')`.
 */
export function approximationAt(k: number, length: number, at: (index: number) => number): number {
  let sum = 0;
  for (let j = 0; j < TAPS; j++) sum += LOW[j]! * at(mirrored(2 * k + 1 - j, length));
  return sum;
}

/** Sample i of the signal that an approximation alone makes: of coefficients (i - 1) / 2, rounded up, to (i + 10) / 2, rounded down. */
export function baselineAt(i: number, at: (index: number) => number): number {
  let sum = 0;
  for (let k = Math.ceil((i - 1) / 2), j = 2 * k + 1 - i; j < TAPS; k++, j += 2) sum += LOW[j]! * at(k);
  return sum;
}

/** Index in a signal continued by its mirror image, the end sample twice; n is infinite where no end is known. */
function mirrored(index: number, n: number): number {
  if (n === Number.POSITIVE_INFINITY) return index < 0 ? -1 - index : index;
  const period = 2 * n;
  const at = ((index % period) + period) % period;
  return at < n ? at : period - 1 - at;
}
