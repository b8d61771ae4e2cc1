/** Looking at WFDB records as its tools do: what is wrong with them, and their samples and annotations as text. */
export { type CheckOptions, checkRecord } from './check.js';
export { formatAnnotation, formatTime, sampleLines } from './listing.js';
