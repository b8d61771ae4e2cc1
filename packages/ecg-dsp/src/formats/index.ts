export { csvChunks, formatCsv, type ParseCsvOptions, parseCsv } from './csv.js';
export { EdfFile, type OpenEdfOptions, openEdf, type ReadEdfOptions, readEdf } from './edf.js';
export { annotationsFromEdf, type EdfAnnotation } from './edf-annotations.js';
export type { EdfHeader, EdfSignal } from './edf-header.js';
export { flacDecoderFrom, type WasmFlacDecoder } from './flac-decoder.js';
export { type DecodedFlac, type FlacDecoder, flacSamples } from './flac-samples.js';
export { decodeNpy, encodeNpy, type NpyArray, type RecordFromNpyOptions, recordFromNpy, recordToNpy } from './npy.js';
