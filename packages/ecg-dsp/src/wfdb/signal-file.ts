import type { DiagnosticLog } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import { decodeSamples } from './decode-signal.js';
import type { SignalSpec, WfdbHeader } from './header.js';
import { bytesFor, flacBits, rawFormat, type SignalFormat, samplesIn } from './signal-formats.js';
import { type RecordSource, readExactly } from './source.js';

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

/** Where a wanted signal's samples go: `target[(frame − from) · spf + k]`, as stored, NaN where there is none. */
export interface SignalTarget {
  readonly signal: number;
  readonly samples: Float64Array;
}

/** Samples that are decoded at a time: large enough to be fast, small enough to be nothing beside the result. */
const CHUNK_SAMPLES = 2 ** 18;

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
          fix: `All signals of ${signal.file} need the same format, byte offset and block size, in lines that follow each other.`,
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
export function isNullSignal(signal: SignalSpec): boolean {
  return signal.file === '~' || signal.format === 0;
}

/** Skew in frames, rounded as the C library does. */
export function skewFrames(signal: SignalSpec): number {
  return Math.floor(signal.skew / signal.samplesPerFrame + 0.5);
}

/**
 * Reads frames `[from, to)` of some signals of one file into their targets, in pieces.
 * @param fileFrames whole frames that the file holds
 * @returns the 16-bit sum of each target's stored samples, where all `to` frames from 0 on were read
 */
export async function readSignalFile(
  source: RecordSource,
  header: WfdbHeader,
  file: SignalFile,
  fileFrames: number,
  targets: readonly SignalTarget[],
  from: number,
  to: number,
): Promise<number[]> {
  const format = rawFormat(file.format);
  const size = await source.size(file.path);
  const step = format.blockSamples;
  const chunkFrames = step * Math.max(1, Math.floor(CHUNK_SAMPLES / (file.frameSize * step)));
  const readers = targets.map((target) => reader(header, file, format, target, from, to));
  const furthest = Math.max(...readers.map(({ skew }) => skew));
  const stop = Math.min(fileFrames, to + furthest);
  // First differences only make sense from the first one on.
  const nearest = format.code === 8 ? 0 : Math.min(...readers.map(({ skew }) => skew)) + from;
  for (let frame = nearest - (nearest % step); frame < stop; frame += chunkFrames) {
    const frames = Math.min(chunkFrames, stop - frame);
    const first = frame * file.frameSize;
    const count = frames * file.frameSize;
    const byteFrom = file.byteOffset + (first / step) * format.blockBytes;
    const byteTo = Math.min(size, byteFrom + bytesFor(format, count));
    const flat = decodeSamples(await readExactly(source, file.path, byteFrom, byteTo), format.code, count);
    for (const each of readers) each.take(flat, frame, frames);
  }
  return readers.map(({ sum }) => (sum << 16) >> 16);
}

/** Picks one signal out of the interleaved samples. */
function reader(
  header: WfdbHeader,
  file: SignalFile,
  format: SignalFormat,
  { signal, samples }: SignalTarget,
  from: number,
  to: number,
) {
  const spec = header.signals[signal]!;
  const spf = spec.samplesPerFrame;
  const skew = skewFrames(spec);
  const missing = format.missing;
  const { frameSize } = file;
  let place = 0;
  for (const index of file.signals) {
    if (index === signal) break;
    place += header.signals[index]!.samplesPerFrame;
  }
  let value = spec.initialValue;
  return {
    skew,
    sum: 0,
    take(flat: Int32Array, firstFrame: number, frames: number): void {
      let sum = this.sum;
      for (let f = 0; f < frames; f++) {
        const frame = firstFrame + f;
        const out = (frame - skew - from) * spf;
        const wanted = frame - skew >= from && frame - skew < to;
        for (let k = 0, p = f * frameSize + place; k < spf; k++, p++) {
          if (format.code === 8) value += flat[p]!;
          else value = flat[p]!;
          if (frame < to) sum = (sum + value) | 0;
          if (wanted) samples[out + k] = value === missing ? Number.NaN : value;
        }
      }
      this.sum = sum;
    },
  };
}

/** Whole frames in a file, and a report where that is not what the header says. */
export async function framesInFile(
  source: RecordSource,
  header: WfdbHeader,
  file: SignalFile,
  log: DiagnosticLog,
): Promise<number> {
  if (flacBits.has(file.format)) return header.length ?? 0;
  const format = rawFormat(file.format);
  const size = await source.size(file.path);
  if (file.byteOffset > size) {
    throw new EcgError('SIG_TRUNCATED', `The samples start at byte ${file.byteOffset} of a file of ${size} bytes`, {
      where: file.path,
      byteOffset: size,
      fix: 'The file is cut off or its header belongs to another file: get both again.',
    });
  }
  const available = Math.floor(samplesIn(format, size - file.byteOffset) / file.frameSize);
  const declared = header.length;
  if (declared === undefined) return available;
  if (available < declared) {
    log.breach('SIG_TRUNCATED', 'error', `${declared} frames are declared, the file has ${available}`, {
      where: file.path,
      byteOffset: size,
      fix: 'Get the file again, or read it without `strict`: the missing end is NaN.',
    });
    return available;
  }
  const skew = Math.max(...file.signals.map((index) => skewFrames(header.signals[index]!)));
  const blockSize = header.signals[file.signals[0]!]!.blockSize;
  const end = file.byteOffset + bytesFor(format, (declared + skew) * file.frameSize) + Math.max(blockSize - 1, 0);
  if (size > end) {
    log.breach('SIG_TRAILING', 'warning', `${size - end} bytes after the last declared sample are ignored`, {
      where: file.path,
      byteOffset: end,
      fix: 'The header may be too short: check its number of samples.',
    });
  }
  return available;
}
