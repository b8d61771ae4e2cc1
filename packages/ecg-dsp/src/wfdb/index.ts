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
export { type EncodeAnnotationsOptions, encodeAnnotations } from './encode-annotations.js';
export type { DecodedFlac, FlacDecoder } from './flac.js';
export { formatHeader, type HeaderToWrite } from './format-header.js';
export type { SegmentSpec, SignalSpec, WfdbHeader } from './header.js';
export { type HttpSourceOptions, httpSource } from './http-source.js';
export { type LeadInfo, type OpenOptions, openRecord, type RangeOptions, WfdbRecord } from './open.js';
export { type ParseHeaderOptions, parseHeader } from './parse-header.js';
export { checkAnnotator, type ReadRecordOptions, readAnnotations, readRecord } from './read.js';
export { readHeader } from './record-pieces.js';
export { type FileLike, fileListSource, memorySource, type RecordSource } from './source.js';
export { type WfdbFile, type WriteRecordOptions, writeRecord } from './write.js';
