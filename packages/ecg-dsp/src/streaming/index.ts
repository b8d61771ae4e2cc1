/** The same results as the whole-signal functions give, a piece of signal at a time and in constant memory. */
export { Polyphase } from '../filters/polyphase.js';
export { rationalRatio } from '../filters/resample.js';
export { MedianBaselineStream, WaveletBaselineStream } from './baseline-streams.js';
export { BeatStream } from './beat-stream.js';
export { GapAwareStream, type SampleStream } from './gap-aware-stream.js';
export { History } from './history.js';
export { MedianStream } from './median-stream.js';
export { ResampleStream } from './resample-stream.js';
export { groupDelay, SosStream } from './sos-stream.js';
export { type ZeroPhaseOptions, ZeroPhaseStream } from './zero-phase-stream.js';
