import { EcgError } from '../errors.js';
import { requireFinite, requireSamplingRate } from './finite.js';
import { WindowMedian } from './window-median.js';

export interface MedianOptions {
  /** What lies beyond the ends: the end sample repeated (default), or zeros as in `scipy.signal.medfilt`. */
  readonly edges?: 'replicate' | 'zero';
}

/**
 * Sliding median over an odd number of samples, centred, in O(N log width).
 * With `edges: 'zero'` equal to `scipy.signal.medfilt(samples, width)`.
 *
 * @param samples N finite samples.
 * @returns N samples, each one of the input's own values (or an edge zero): a lattice of ADC steps stays exact.
 * @throws EcgError `MEDIAN_WIDTH` when `width` is not a positive odd integer, `SIGNAL_NOT_FINITE` on NaN or infinity.
 */
export function medianFilter(samples: ArrayLike<number>, width: number, options: MedianOptions = {}): Float64Array {
  requireMedianWidth(width);
  requireFinite(samples);
  const n = samples.length;
  const out = new Float64Array(n);
  if (n === 0) return out;
  const replicate = (options.edges ?? 'replicate') === 'replicate';
  const before = replicate ? samples[0]! : 0;
  const after = replicate ? samples[n - 1]! : 0;
  const half = (width - 1) / 2;
  const window = new WindowMedian(width, before);
  for (let i = 0; i < half; i++) window.push(i < n ? samples[i]! : after);
  for (let i = 0; i < n; i++) {
    const entering = i + half;
    window.push(entering < n ? samples[entering]! : after);
    out[i] = window.median;
  }
  return out;
}

/**
 * Removes baseline wander by two medians: 200 ms takes out QRS complexes and P waves, 600 ms the T waves, and what is left
 * is subtracted (de Chazal, O'Dwyer and Reilly, IEEE Trans Biomed Eng 51(7), 2004).
 *
 * @param samples N finite samples.
 * @param fs samples per second.
 * @returns N samples without their baseline, in the unit of the input.
 * @throws EcgError `FS_INVALID`, `SIGNAL_NOT_FINITE`.
 */
export function removeBaselineMedian(
  samples: ArrayLike<number>,
  fs: number,
  options: MedianOptions = {},
): Float64Array {
  const baseline = baselineMedian(samples, fs, options);
  return baseline.map((value, i) => samples[i]! - value);
}

/** The baseline that `removeBaselineMedian` subtracts: N samples. At 360 Hz the widths are 71 and 215. */
export function baselineMedian(samples: ArrayLike<number>, fs: number, options: MedianOptions = {}): Float64Array {
  const [first, second] = baselineWidths(fs);
  return medianFilter(medianFilter(samples, first, options), second, options);
}

/** Samples under the two medians: 200 and 600 ms. @throws EcgError `FS_INVALID` */
export function baselineWidths(fs: number): readonly [number, number] {
  requireSamplingRate(fs);
  return [oddWidth(0.2 * fs), oddWidth(0.6 * fs)];
}

/** The largest odd number of samples that is shorter than `width`, at least 1: 72 gives 71, 216 gives 215. */
function oddWidth(width: number): number {
  return Math.max(1, 2 * Math.ceil(Math.round(width) / 2) - 1);
}

/** @throws EcgError `MEDIAN_WIDTH` when `width` is not a positive odd integer. */
export function requireMedianWidth(width: number): void {
  if (Number.isInteger(width) && width > 0 && width % 2 === 1) return;
  throw new EcgError('MEDIAN_WIDTH', `A median over ${width} samples has no middle one.`, {
    where: 'width',
    fix: 'Give a positive odd integer.',
  });
}
