/** The same results as the whole-signal functions give, a piece of signal at a time and in constant memory. */
export { BeatStream } from './beat-stream.js';
export { MedianStream } from './median-stream.js';
export { ResampleStream } from './resample-stream.js';
export { groupDelay, SosStream } from './sos-stream.js';
