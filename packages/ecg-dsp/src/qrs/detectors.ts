import { EcgError } from '../errors.js';
import type { Detector } from './detector.js';
import { ecgpu } from './ecgpu.js';
import { hamilton } from './hamilton.js';
import { neurokit } from './neurokit.js';
import { pantompkins } from './pantompkins.js';
import { xqrs } from './xqrs.js';

/** Every detector, the default first. */
export const detectors: readonly Detector[] = [ecgpu, xqrs, pantompkins, hamilton, neurokit];

/** Names of the detectors, the default first. */
export function listDetectors(): string[] {
  return detectors.map((detector) => detector.name);
}

/**
 * A detector by its name, in upper or lower case.
 *
 * @throws EcgError `UNKNOWN_DETECTOR`, naming those that exist.
 */
export function findDetector(name: string): Detector {
  const found = detectors.find((detector) => detector.name === name.toLowerCase());
  if (found) return found;
  throw new EcgError('UNKNOWN_DETECTOR', `There is no detector "${name}".`, {
    where: 'method',
    fix: `Choose one of ${listDetectors().join(', ')}.`,
  });
}

export type { Detection, Detector } from './detector.js';
export { ecgpu, hamilton, neurokit, pantompkins, xqrs };
