import { decodeSamples } from './decode-signal.js';
import type { WfdbHeader } from './header.js';
import { type ReadContext, type SignalFile, skewFrames } from './signal-file.js';
import { bytesFor, missingCode, rawFormats } from './signal-formats.js';
import { readExactly } from './source.js';

/** Where a wanted signal's samples go: `target[(frame − from) · spf + k]`, as stored, NaN where there is none. */
export interface SignalTarget {
  readonly signal: number;
  readonly samples: Float64Array;
}

/** Samples that are decoded at a time: large enough to be fast, small enough to be nothing beside the result. */
const CHUNK_SAMPLES = 2 ** 18;

/**
 * Reads frames `[from, to)` of some signals of one file into their targets, in pieces.
 * @param fileFrames whole frames that the file holds
 * @returns the 16-bit sum of each target's stored samples, where all `to` frames from 0 on were read
 */
export async function readSignalFile(
  { source, flac }: ReadContext,
  header: WfdbHeader,
  file: SignalFile,
  fileFrames: number,
  targets: readonly SignalTarget[],
  from: number,
  to: number,
): Promise<number[]> {
  const format = rawFormats.get(file.format);
  const step = format?.blockSamples ?? 1;
  const size = await source.size(file.path);
  const chunkFrames = step * Math.max(1, Math.floor(CHUNK_SAMPLES / (file.frameSize * step)));
  const readers = targets.map((target) => reader(header, file, target, from, to));
  const furthest = Math.max(...readers.map(({ skew }) => skew));
  const stop = Math.min(fileFrames, to + furthest);
  // First differences only make sense from the first one on; and the sum that a header declares is of the stored samples, also of those
  // that a skew leaves out.
  const nearest = file.format === 8 || from === 0 ? 0 : Math.min(...readers.map(({ skew }) => skew)) + from;
  for (let frame = nearest - (nearest % step); frame < stop; frame += chunkFrames) {
    const frames = Math.min(chunkFrames, stop - frame);
    let flat: Int32Array;
    if (format === undefined) flat = await flac!.flat(source, header, file, frame, frames);
    else {
      const count = frames * file.frameSize;
      const byteFrom = file.byteOffset + ((frame * file.frameSize) / step) * format.blockBytes;
      const byteTo = Math.min(size, byteFrom + bytesFor(format, count));
      flat = decodeSamples(await readExactly(source, file.path, byteFrom, byteTo), format.code, count);
    }
    for (const each of readers) each.take(flat, frame, frames);
  }
  return readers.map(({ sum }) => (sum << 16) >> 16);
}

/** Picks one signal out of the interleaved samples. */
function reader(header: WfdbHeader, file: SignalFile, { signal, samples }: SignalTarget, from: number, to: number) {
  const spec = header.signals[signal]!;
  const spf = spec.samplesPerFrame;
  const skew = skewFrames(spec);
  const missing = missingCode(file.format);
  const differences = file.format === 8;
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
          if (differences) value += flat[p]!;
          else value = flat[p]!;
          if (frame < to) sum = (sum + value) | 0;
          if (wanted) samples[out + k] = value === missing ? Number.NaN : value;
        }
      }
      this.sum = sum;
    },
  };
}
