/** Writing WFDB files; apart from reading, which pages often need alone. */
export { type EncodeAnnotationsOptions, encodeAnnotations } from './encode-annotations.js';
export { formatHeader, type HeaderToWrite } from './format-header.js';
export { type WfdbFile, type WriteRecordOptions, writeRecord } from './write.js';
