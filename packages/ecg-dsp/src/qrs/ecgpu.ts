import type { Diagnostic } from '../errors.js';
import { BeatStream } from '../streaming/beat-stream.js';
import type { Detector } from './detector.js';

/** Beats pointing down, of all, from which the lead is reported as inverted. */
const INVERTED_SHARE = 0.5;

/**
 * The project's own detector. Every hump of a QRS-band envelope may be a beat and is weighed by its height against that of the
 * beats around it; the sequence of humps with the greatest total weight is chosen by dynamic programming, where the smaller of
 * two neighbours costs weight when it looks like the P or T wave that the other beats have in that place, and so do intervals
 * that a missed beat would make. So a weak beat in the right place is found without a search-back, and a strong T wave is not taken.
 */
export const ecgpu: Detector = {
  name: 'ecgpu',
  description: 'Envelope of a 15 Hz Morlet wavelet, best path over its humps; the default',
  detect(samples, fs) {
    const stream = new BeatStream(fs);
    const peaks = Int32Array.from([...stream.push(samples), ...stream.flush()]);
    const diagnostics: Diagnostic[] = [];
    if (peaks.length === 0)
      diagnostics.push({
        code: 'NO_BEATS',
        severity: 'warning',
        message: 'The signal holds nothing like a QRS complex.',
      });
    if (stream.inverted > INVERTED_SHARE) {
      const share = Math.round(100 * stream.inverted);
      diagnostics.push({
        code: 'INVERTED_LEAD',
        severity: 'info',
        message: `${share} % of the beats point down: the lead may be inverted.`,
      });
    }
    return { samples: peaks, method: 'ecgpu', marks: 'R', diagnostics };
  },
};
