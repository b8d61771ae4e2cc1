import type { Diagnostic } from '../errors.js';
import type { Detection } from './detector.js';

/** Beats pointing down, of all, from which the lead is reported as inverted. */
const INVERTED_SHARE = 0.5;

/**
 * The result of a detector, with what is odd about it.
 *
 * @param inverted share of the beats whose R peak points down, 0 to 1.
 */
export function report(method: string, samples: Int32Array, inverted: number): Detection {
  const diagnostics: Diagnostic[] = [];
  if (samples.length === 0) {
    diagnostics.push({
      code: 'NO_BEATS',
      severity: 'warning',
      message: 'The signal holds nothing like a QRS complex.',
    });
  }
  if (inverted > INVERTED_SHARE) {
    const share = Math.round(100 * inverted);
    diagnostics.push({
      code: 'INVERTED_LEAD',
      severity: 'info',
      message: `${share} % of the beats point down: the lead may be inverted.`,
    });
  }
  return { samples, method, marks: 'R', diagnostics };
}
