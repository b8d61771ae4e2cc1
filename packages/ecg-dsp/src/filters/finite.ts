import { EcgError } from '../errors.js';

/**
 * Refuses a signal that a filter without a notion of gaps would smear.
 *
 * @throws EcgError `SIGNAL_NOT_FINITE` naming the first sample that is NaN or infinite.
 */
export function requireFinite(samples: ArrayLike<number>): void {
  for (let i = 0; i < samples.length; i++) {
    if (!Number.isFinite(samples[i]!)) {
      throw new EcgError('SIGNAL_NOT_FINITE', `Sample ${i} is ${samples[i]}.`, {
        where: 'samples',
        fix: 'Filter the stretches between gaps: acrossGaps(samples, fs, filter).',
      });
    }
  }
}

/**
 * Refuses a sampling rate that is not a positive number.
 *
 * @throws EcgError `FS_INVALID`.
 */
export function requireSamplingRate(fs: number): void {
  if (!(fs > 0 && Number.isFinite(fs))) {
    throw new EcgError('FS_INVALID', `The sampling rate is ${fs} Hz.`, {
      where: 'fs',
      fix: 'Give samples per second, a positive number.',
    });
  }
}
