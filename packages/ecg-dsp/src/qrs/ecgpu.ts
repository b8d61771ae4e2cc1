import { type Diagnostic, EcgError } from '../errors.js';
import { requireSamplingRate } from '../filters/finite.js';
import { fillGaps } from '../filters/gaps.js';
import { bestPath, type Candidate } from './best-path.js';
import type { Detector } from './detector.js';
import { qrsEnvelope } from './envelope.js';
import { qrsLevel } from './level.js';
import { refineToR } from './refine.js';

/** Two candidates are never nearer than this, seconds. */
const CANDIDATE_SPACING_S = 0.075;
/** Humps below this share of the QRS level are not looked at. */
const LEAST_RATIO = 0.04;
/** Beats pointing down, of all, from which the lead is reported as inverted. */
const INVERTED_SHARE = 0.5;
/** The wavelet needs its centre frequency and a good part of its band below Nyquist. */
const LEAST_FS = 50;

/**
 * The project's own detector. Every hump of a QRS-band envelope is a candidate beat, weighed by its height against the local
 * QRS level; the sequence of candidates with the greatest total weight is chosen by dynamic programming, where intervals that a
 * T wave would make and intervals that a missed beat would make cost weight. So a weak beat in the right place is found without
 * a special search-back, and a strong T wave in the wrong place is not taken.
 */
export const ecgpu: Detector = {
  name: 'ecgpu',
  description: 'Envelope of a 12 Hz Morlet wavelet, best path over its humps; the default',
  detect(samples, fs) {
    requireSamplingRate(fs);
    if (fs < LEAST_FS) {
      throw new EcgError('FS_TOO_LOW', `QRS complexes cannot be found at ${fs} samples per second.`, {
        where: 'fs',
        fix: `Record at ${LEAST_FS} Hz or more; 250 Hz is usual.`,
      });
    }
    const { filled, missing } = fillGaps(samples);
    const envelope = qrsEnvelope(filled, fs);
    const level = qrsLevel(envelope, fs);
    const humps = candidates(envelope, level, fs).filter((candidate) => !missing(candidate.sample));
    const { peaks, inverted } = refineToR(filled, bestPath(humps, fs), fs);
    const diagnostics: Diagnostic[] = [];
    if (peaks.length === 0)
      diagnostics.push({
        code: 'NO_BEATS',
        severity: 'warning',
        message: 'The signal holds nothing like a QRS complex.',
      });
    if (inverted > INVERTED_SHARE) {
      const share = Math.round(100 * inverted);
      diagnostics.push({
        code: 'INVERTED_LEAD',
        severity: 'info',
        message: `${share} % of the beats point down: the lead may be inverted.`,
      });
    }
    return { samples: peaks, method: 'ecgpu', marks: 'R', diagnostics };
  },
};

/** Local maxima of the envelope, none higher within 75 ms. */
function candidates(envelope: Float64Array, level: Float64Array, fs: number): Candidate[] {
  const reach = Math.round(CANDIDATE_SPACING_S * fs);
  const found: Candidate[] = [];
  for (let i = 1; i + 1 < envelope.length; i++) {
    const height = envelope[i]!;
    if (height <= envelope[i - 1]! || height < envelope[i + 1]! || !(height > LEAST_RATIO * level[i]!)) continue;
    let highest = true;
    for (let k = Math.max(0, i - reach); highest && k <= i + reach && k < envelope.length; k++)
      highest = envelope[k]! <= height;
    if (highest) found.push({ sample: i, height, ratio: height / level[i]! });
  }
  return found;
}
