import type { DiagnosticLog } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import type { ReadLimits } from '../limits.js';
import { DAMAGED } from './advice.js';
import type { SignalSpec, WfdbHeader } from './header.js';
import type { SampleDecoder } from './sample-decoder.js';
import { bytesFor, flacBits, rawFormat, samplesIn } from './signal-formats.js';
import type { RecordSource } from './source.js';

/** What reading a record works with, all the way down. */
export interface ReadContext {
  readonly source: RecordSource;
  /** For formats that are not raw. */
  readonly flac: SampleDecoder | undefined;
  readonly log: DiagnosticLog;
  readonly limits: ReadLimits;
}

/** One file of samples: the signals interleaved in it, frame by frame. */
export interface SignalFile {
  readonly path: string;
  /** Indices into `header.signals`. */
  readonly signals: readonly number[];
  /** Samples of all its signals in one frame. */
  readonly frameSize: number;
  readonly byteOffset: number;
  readonly format: number;
}

/**
 * Groups the signals of a header by the file they are in.
 * @throws EcgError SIG_FMT_MIXED where signals of one file disagree on how it is stored
 */
export function signalFiles(header: WfdbHeader, folder: string): SignalFile[] {
  const files = new Map<string, { first: SignalSpec; signals: number[] }>();
  let previous = '';
  for (const [index, signal] of header.signals.entries()) {
    if (isNullSignal(signal)) continue;
    const group = files.get(signal.file);
    if (group === undefined) files.set(signal.file, { first: signal, signals: [index] });
    else {
      const { format, byteOffset, blockSize } = group.first;
      const same = signal.format === format && signal.byteOffset === byteOffset && signal.blockSize === blockSize;
      if (!same || previous !== signal.file) {
        throw new EcgError('SIG_FMT_MIXED', `Signal ${index} is stored otherwise than signal ${group.signals[0]}`, {
          where: `${header.name}.hea`,
          fix: `All signals of ${signal.file} need one format, byte offset and block size, in lines that follow each other.`,
        });
      }
      group.signals.push(index);
    }
    previous = signal.file;
  }
  return [...files].map(([file, { first, signals }]) => ({
    path: folder + file,
    signals,
    frameSize: signals.reduce((sum, index) => sum + header.signals[index]!.samplesPerFrame, 0),
    byteOffset: first.byteOffset,
    format: first.format,
  }));
}

/** A signal without a file: every sample is missing. */
function isNullSignal(signal: SignalSpec): boolean {
  return signal.file === '~' || signal.format === 0;
}

/** Skew in frames, rounded as the C library does. */
export function skewFrames(signal: SignalSpec): number {
  return Math.floor(signal.skew / signal.samplesPerFrame + 0.5);
}

/** Whole frames in a file, and a report where that is not what the header says. */
export async function framesInFile(
  { source, flac, log, limits }: ReadContext,
  header: WfdbHeader,
  file: SignalFile,
): Promise<number> {
  if (flacBits.has(file.format) && flac === undefined) {
    throw new EcgError('UNSUPPORTED_FORMAT', `Format ${file.format} is FLAC, and no decoder was given`, {
      where: file.path,
      fix: 'Give one as `flac`: `flacSamples` of @ecgpu/ecg-dsp/formats.',
    });
  }
  const size = await source.size(file.path);
  const isFlac = flacBits.has(file.format);
  if (file.byteOffset > size) {
    throw new EcgError('SIG_TRUNCATED', `The samples start at byte ${file.byteOffset} of a file of ${size} bytes`, {
      where: file.path,
      byteOffset: size,
      fix: DAMAGED,
    });
  }
  const samples = isFlac
    ? (await flac!.length(source, header, file, limits.maxBytes)) * file.signals.length
    : samplesIn(rawFormat(file.format), size - file.byteOffset);
  const available = Math.floor(samples / file.frameSize);
  const skew = Math.max(...file.signals.map((index) => skewFrames(header.signals[index]!)));
  if (skew > available) {
    throw new EcgError('SIG_SKEW', `A signal is skewed by ${skew} frames, the file has ${available}`, {
      where: file.path,
      byteOffset: size,
      fix: DAMAGED,
    });
  }
  const declared = header.length;
  if (declared === undefined) return available;
  if (available < declared) {
    log.breach('SIG_TRUNCATED', 'error', `${declared} frames are declared, the file has ${available}`, {
      where: file.path,
      byteOffset: size,
      fix: DAMAGED,
    });
    return available;
  }
  if (isFlac) return available;
  const blockSize = header.signals[file.signals[0]!]!.blockSize;
  const end =
    file.byteOffset + bytesFor(rawFormat(file.format), (declared + skew) * file.frameSize) + Math.max(blockSize - 1, 0);
  if (size > end) {
    log.breach('SIG_TRAILING', 'warning', `${size - end} bytes after the last declared sample are ignored`, {
      where: file.path,
      byteOffset: end,
      fix: DAMAGED,
    });
  }
  return available;
}
