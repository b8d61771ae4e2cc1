import { existsSync } from 'node:fs';
import { EcgError } from '@ecgpu/ecg-dsp';

/**
 * Finds out before long work that its result could not be written without replacing a file.
 * @throws EcgError FILE_EXISTS
 */
export function refuseToReplace(path: string, force: boolean): void {
  if (force || !existsSync(path)) return;
  throw new EcgError('FILE_EXISTS', `${path} is there already`, {
    where: path,
    fix: 'Choose another name, or replace it by --force.',
  });
}
