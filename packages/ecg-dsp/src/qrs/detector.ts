import type { Diagnostic } from '../errors.js';
import { ecgpu } from './ecgpu.js';

/** What a detector found in one lead. */
export interface Detection {
  /** Sample indices of the R peaks, rising. Empty where there is nothing to find; `diagnostics` then says why. */
  readonly samples: Int32Array;
  /** Name of the detector. */
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

/**
 * Finds the R peaks of one lead.
 *
 * @param samples one lead; NaN where there is no signal.
 * @param fs samples per second.
 * @param options.detector default the project's own, `ecgpu`; `@ecgpu/ecg-dsp/detectors` has others.
 * @throws EcgError `FS_INVALID`, `FS_TOO_LOW`.
 */
export function detectBeats(
  samples: ArrayLike<number>,
  fs: number,
  { detector = ecgpu }: { readonly detector?: Detector } = {},
): Detection {
  return detector.detect(samples, fs);
}
