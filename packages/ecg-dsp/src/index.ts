export * from './beats/rhythm.js';
export * from './beats/segment.js';
export * from './ec57/index.js';
export * from './errors.js';
export { type ButterworthDesign, butterworth } from './filters/butterworth.js';
export { filtfilt, lfilter, lfilterInitialState, type TransferFunction } from './filters/filtfilt.js';
export { acrossGaps } from './filters/gaps.js';
export { baselineMedian, type MedianOptions, medianFilter, removeBaselineMedian } from './filters/median.js';
export { type NotchDesign, notch } from './filters/notch.js';
export { decimate, type ResampleOptions, resamplePoly, resampleTo } from './filters/resample.js';
export { type Sos, type SosSection, sosfilt, sosfiltfilt, sosfiltInitialState } from './filters/sos.js';
export { removeBaselineWavelet } from './filters/wavelet.js';
export { type HrvStatistics, hrvStatistics } from './hrv/time-domain.js';
export {
  addNoise,
  type NoiseSchedule,
  noiseAmplitude,
  noiseGain,
  qrsAmplitude,
} from './noise/stress.js';
export { millivoltsPer } from './physical-units.js';
export { type Detection, type Detector, detectBeats, findDetector, listDetectors } from './qrs/detector.js';
export {
  type BeatQuality,
  beatQuality,
  type QualityMeasure,
  qualityThresholds,
} from './quality/beat-quality.js';
export * from './record.js';
export { BeatStream } from './streaming/beat-stream.js';
export { MedianStream } from './streaming/median-stream.js';
export { ResampleStream } from './streaming/resample-stream.js';
export { groupDelay, SosStream } from './streaming/sos-stream.js';
export { type CheckOptions, checkRecord } from './wfdb/check.js';
export * from './wfdb/index.js';
export { formatAnnotation, formatTime, sampleLines } from './wfdb/listing.js';
export * from './wfdb/writing.js';
