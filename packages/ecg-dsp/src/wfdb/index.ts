/** Reading WFDB records and annotations, and nothing else: at most 12 KB compressed. Writing is in the main entry. */
export * from '../errors.js';
export { defaultLimits, type ReadLimits } from '../limits.js';
export type { Annotation, EcgRecord, Lead } from '../record.js';
export { codeOf, isBeatSymbol, symbolOf } from './annotation-codes.js';
export {
  type AnnotationDefinition,
  type AnnotationSet,
  type DecodeAnnotationsOptions,
  decodeAnnotations,
} from './annotation-file.js';
export type { SegmentSpec, SignalSpec, WfdbHeader } from './header.js';
export { type HttpSourceOptions, httpSource } from './http-source.js';
export { type LeadInfo, type OpenOptions, openRecord, type RangeOptions, WfdbRecord } from './open.js';
export { type ParseHeaderOptions, parseHeader } from './parse-header.js';
export { checkAnnotator, type ReadRecordOptions, readAnnotations, readRecord } from './read.js';
export { readHeader } from './record-pieces.js';
export type { SampleDecoder } from './sample-decoder.js';
export { type FileLike, fileListSource, memorySource, type RecordSource } from './source.js';
