import { BeatStream } from '../streaming/beat-stream.js';
import type { Detector } from './detector.js';
import { report } from './report.js';

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
    return report('ecgpu', peaks, stream.inverted);
  },
};
