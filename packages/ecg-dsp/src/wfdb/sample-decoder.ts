import type { WfdbHeader } from './header.js';
import type { SignalFile } from './signal-file.js';
import type { RecordSource } from './source.js';

/**
 * Reads signal files whose samples are not at known places: the FLAC formats 508, 516 and 524. This entry brings none, as
 * few need it: `flacSamples` of `@ecgpu/ecg-dsp/formats` makes one, to be given as the option `flac`.
 */
export interface SampleDecoder {
  /**
   * Samples of each signal as the file declares them, before anything is decoded.
   * @throws EcgError SIG_FLAC, BUDGET where decoding would take more than `maxBytes`
   */
  length(source: RecordSource, header: WfdbHeader, file: SignalFile, maxBytes: number): Promise<number>;
  /** Interleaved samples of frames `[from, from + frames)`, as the raw formats store them. @throws EcgError SIG_FLAC */
  flat(source: RecordSource, header: WfdbHeader, file: SignalFile, from: number, frames: number): Promise<Int32Array>;
}
