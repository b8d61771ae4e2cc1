/** Reading a record, filtering it, finding its beats, judging them. The rest has entries of its own. */
export * from './beats/rhythm.js';
export * from './beats/segment.js';
export {
  type BeatLabel,
  beatLabels,
  type MappingName,
  mappingNames,
  type PseudoLabel,
  pseudoLabel,
} from './ec57/labels.js';
export { type ButterworthDesign, butterworth } from './filters/butterworth.js';
export { filtfilt, lfilter, lfilterInitialState, type TransferFunction } from './filters/filtfilt.js';
export { acrossGaps } from './filters/gaps.js';
export { baselineMedian, type MedianOptions, medianFilter, removeBaselineMedian } from './filters/median.js';
export { type NotchDesign, notch } from './filters/notch.js';
export { decimate, type ResampleOptions, resamplePoly, resampleTo } from './filters/resample.js';
export { type Sos, type SosSection, sosfilt, sosfiltfilt, sosfiltInitialState } from './filters/sos.js';
export { removeBaselineWavelet } from './filters/wavelet.js';
export { type HrvStatistics, hrvStatistics } from './hrv/time-domain.js';
export { millivoltsPer } from './physical-units.js';
export { type Detection, type Detector, detectBeats } from './qrs/detector.js';
export { detectBeatsInTwoLeads } from './qrs/two-leads.js';
export {
  type BeatQuality,
  beatQuality,
  type QualityMeasure,
  qualityThresholds,
} from './quality/beat-quality.js';
export * from './wfdb/index.js';
