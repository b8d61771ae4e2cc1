/** Looking at WFDB records as its tools do: what is wrong with them, and their samples and annotations as text. */
export { type AnnotationTimes, annotationHeading, formatAnnotation } from './annotation-listing.js';
export { type CheckOptions, checkRecord } from './check.js';
export {
  type ListedSignal,
  SampleListing,
  type SampleListingOptions,
  type SampleTimes,
  sampleTimes,
} from './sample-listing.js';
export { formatTime, type RecordClock } from './time-text.js';
