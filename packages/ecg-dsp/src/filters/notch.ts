import { EcgError } from '../errors.js';
import { requireSamplingRate } from './finite.js';
import type { Sos } from './sos.js';

export interface NotchDesign {
  /** Frequency to take out, Hz: 50 or 60 for the mains. */
  readonly frequency: number;
  /** Frequency over the -3 dB width of the notch. Default 30: at 60 Hz, 59 to 61 Hz are taken out. */
  readonly quality?: number;
  /** Samples per second. */
  readonly fs: number;
}

/**
 * Designs a notch of second order, as one section. Equal to `scipy.signal.iirnotch(frequency, quality, fs)`; applied by `sosfiltfilt`
 * equal to `scipy.signal.filtfilt`.
 *
 * @throws EcgError `FS_INVALID`, `CUTOFF_OUT_OF_RANGE`, `NOTCH_QUALITY`.
 */
export function notch({ frequency, quality = 30, fs }: NotchDesign): Sos {
  requireSamplingRate(fs);
  if (!(frequency > 0 && frequency < fs / 2)) {
    throw new EcgError('CUTOFF_OUT_OF_RANGE', `A notch at ${frequency} Hz does not fit a sampling rate of ${fs} Hz.`, {
      where: 'frequency',
      fix: 'Choose a frequency above 0 and below half the sampling rate.',
    });
  }
  if (!(quality > 0 && Number.isFinite(quality))) {
    throw new EcgError('NOTCH_QUALITY', `The quality factor is ${quality}.`, {
      where: 'quality',
      fix: 'Give a positive number; 30 is usual.',
    });
  }
  const centre = (2 * Math.PI * frequency) / fs;
  const gain = 1 / (1 + Math.tan(centre / quality / 2));
  const middle = -2 * gain * Math.cos(centre);
  return [[gain, middle, gain, 1, middle, 2 * gain - 1]];
}
