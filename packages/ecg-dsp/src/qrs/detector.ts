import { type Diagnostic, EcgError } from '../errors.js';
import { ecgpu } from './ecgpu.js';
import { hamilton } from './hamilton.js';
import { neurokit } from './neurokit.js';
import { pantompkins } from './pantompkins.js';
import { xqrs } from './xqrs.js';

/** What a detector found in one lead. */
export interface Detection {
  /** Sample indices of the R peaks, rising. Empty where there is nothing to find; `diagnostics` then says why. */
  readonly samples: Int32Array;
  /** Name of the detector, as in `listDetectors()`. */
  readonly method: string;
  /** Where on the beat `samples` stand: on the R peak, the largest deflection of the QRS complex, whichever way it points. */
  readonly marks: 'R';
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds QRS complexes in one lead. */
export interface Detector {
  readonly name: string;
  /** What the method is, and its source. */
  readonly description: string;
  /**
   * @param samples one lead in mV (the unit matters to no detector); NaN where there is no signal.
   * @param fs samples per second.
   * @throws EcgError `FS_INVALID`, `FS_TOO_LOW`. Never on what the signal holds.
   */
  detect(samples: ArrayLike<number>, fs: number): Detection;
}

const detectors: readonly Detector[] = [ecgpu, xqrs, pantompkins, hamilton, neurokit];

/** Names of the detectors that `detectBeats` knows, the default first. */
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

/**
 * Finds the R peaks of one lead.
 *
 * @param samples one lead; NaN where there is no signal.
 * @param fs samples per second.
 * @param options.method a name of `listDetectors()`; the project's own `ecgpu` where absent.
 * @throws EcgError `UNKNOWN_DETECTOR`, `FS_INVALID`, `FS_TOO_LOW`.
 */
export function detectBeats(samples: ArrayLike<number>, fs: number, options: { method?: string } = {}): Detection {
  return findDetector(options.method ?? 'ecgpu').detect(samples, fs);
}
