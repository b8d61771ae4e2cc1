export { CPSC2018_LEADS, readCpsc2018 } from './cpsc2018.js';
export {
  type ColumnTitle,
  columnTitle,
  columnUnits,
  csvChunks,
  formatCsv,
  type ParseCsvOptions,
  parseCsv,
} from './csv.js';
export { EdfFile, type OpenEdfOptions, openEdf, type ReadEdfOptions, readEdf } from './edf.js';
export { annotationsFromEdf, type EdfAnnotation } from './edf-annotations.js';
export type { EdfHeader, EdfSignal } from './edf-header.js';
export { flacDecoderFrom, type WasmFlacDecoder } from './flac-decoder.js';
export { type DecodedFlac, type FlacDecoder, flacSamples } from './flac-samples.js';
export { readMat5 } from './mat5.js';
export type { MatArray, MatStruct, MatText, MatValue } from './mat5-values.js';
export { decodeNpy, encodeNpy, type NpyArray, type RecordFromNpyOptions, recordFromNpy, recordToNpy } from './npy.js';
