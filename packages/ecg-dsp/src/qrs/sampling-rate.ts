import { EcgError } from '../errors.js';
import { requireSamplingRate } from '../filters/finite.js';

/** The band of QRS complexes, up to 20 Hz and more, must be well below Nyquist. */
const LEAST_FS = 80;

/** @throws EcgError `FS_INVALID`, `FS_TOO_LOW` where QRS complexes cannot be told from anything else. */
export function requireQrsRate(fs: number): void {
  requireSamplingRate(fs);
  if (fs >= LEAST_FS) return;
  throw new EcgError('FS_TOO_LOW', `QRS complexes cannot be found at ${fs} samples per second.`, {
    where: 'fs',
    fix: `Record at ${LEAST_FS} Hz or more; 250 Hz is usual.`,
  });
}
