import { EcgError } from '../errors.js';
import type { WfdbHeader } from '../wfdb/header.js';
import type { SampleDecoder } from '../wfdb/sample-decoder.js';
import type { SignalFile } from '../wfdb/signal-file.js';
import { flacBits } from '../wfdb/signal-formats.js';
import { type RecordSource, readExactly } from '../wfdb/source.js';

/** What a decoder gives: one array a channel, whole numbers as they were coded. */
export interface DecodedFlac {
  readonly channels: readonly ArrayLike<number>[];
}

/** Decodes a whole FLAC stream. */
export type FlacDecoder = (bytes: Uint8Array) => DecodedFlac | Promise<DecodedFlac>;

/** Bytes of the stream's mark and its STREAMINFO block, which is always first (RFC 9639, section 8.2). */
const STREAM_INFO_BYTES = 42;

/**
 * WFDB's FLAC formats (508, 516, 524) by a decoder of yours: the option `flac` of `openRecord` and `readRecord`.
 * {@link flacDecoderFrom} makes a decoder of the npm package `@wasm-audio-decoders/flac`.
 */
export function flacSamples(decode: FlacDecoder): SampleDecoder {
  return new FlacSamples(decode);
}

/** Keeps the samples of the last file, as reading ranges of it would otherwise decode it again and again. */
class FlacSamples implements SampleDecoder {
  readonly #decode: FlacDecoder;
  readonly #last = new WeakMap<RecordSource, { path: string; channels: readonly ArrayLike<number>[] }>();

  constructor(decode: FlacDecoder) {
    this.#decode = decode;
  }

  async length(source: RecordSource, header: WfdbHeader, file: SignalFile, maxBytes: number): Promise<number> {
    const size = await source.size(file.path);
    const end = file.byteOffset + STREAM_INFO_BYTES;
    if (size < end) throw broken(file, size, 'The file ends before its first samples');
    const info = await readExactly(source, file.path, file.byteOffset, end);
    if (String.fromCharCode(...info.subarray(0, 4)) !== 'fLaC' || (info[4]! & 0x7f) !== 0) {
      throw broken(file, file.byteOffset, 'The file is not FLAC');
    }
    const channels = ((info[20]! >> 1) & 7) + 1;
    const bits = (((info[20]! & 1) << 4) | (info[21]! >> 4)) + 1;
    if (channels !== file.signals.length || bits !== flacBits.get(file.format)) {
      const expected = `${file.signals.length} of ${flacBits.get(file.format)}`;
      throw broken(
        file,
        file.byteOffset + 20,
        `${channels} channels of ${bits} bits, where the header has ${expected}`,
      );
    }
    const spf = header.signals[file.signals[0]!]!.samplesPerFrame;
    if (file.signals.some((index) => header.signals[index]!.samplesPerFrame !== spf)) {
      throw broken(file, file.byteOffset, 'The signals of a FLAC file need the same number of samples in a frame');
    }
    const declared =
      (info[21]! & 15) * 2 ** 32 + info[22]! * 2 ** 24 + info[23]! * 2 ** 16 + info[24]! * 256 + info[25]!;
    const budget = (bytes: number): void => {
      if (bytes <= maxBytes) return;
      throw new EcgError('BUDGET', `Decoding takes ${bytes} bytes, over the limit of ${maxBytes}`, {
        where: file.path,
        fix: 'A FLAC file is decoded whole: raise `limits.maxBytes`.',
      });
    };
    budget(Math.max(size, declared * channels * 8));
    const samples = declared || (await this.#channels(source, file))[0]!.length;
    budget(samples * channels * 8);
    return samples;
  }

  async flat(
    source: RecordSource,
    header: WfdbHeader,
    file: SignalFile,
    from: number,
    frames: number,
  ): Promise<Int32Array> {
    const channels = await this.#channels(source, file);
    const spf = header.signals[file.signals[0]!]!.samplesPerFrame;
    const limit = 2 ** (flacBits.get(file.format)! - 1);
    const out = new Int32Array(frames * file.frameSize);
    for (let f = 0, p = 0; f < frames; f++) {
      for (const channel of channels) {
        for (let k = 0; k < spf; k++) {
          const value = channel[(from + f) * spf + k];
          if (!(Number.isInteger(value) && value! >= -limit && value! < limit)) {
            throw broken(file, file.byteOffset, `The decoder gave ${value} for a sample`);
          }
          out[p++] = value!;
        }
      }
    }
    return out;
  }

  async #channels(source: RecordSource, file: SignalFile): Promise<readonly ArrayLike<number>[]> {
    const last = this.#last.get(source);
    if (last?.path === file.path) return last.channels;
    const size = await source.size(file.path);
    const bytes = await readExactly(source, file.path, file.byteOffset, size);
    let channels: readonly ArrayLike<number>[];
    try {
      ({ channels } = await this.#decode(bytes));
    } catch (cause) {
      if (cause instanceof EcgError) throw cause;
      throw broken(file, file.byteOffset, 'The FLAC decoder failed', cause);
    }
    const length = channels[0]?.length ?? 0;
    if (channels.length !== file.signals.length || channels.some((channel) => channel.length !== length)) {
      throw broken(file, file.byteOffset, `The decoder gave ${channels.length} channels, or unequal ones`);
    }
    this.#last.set(source, { path: file.path, channels });
    return channels;
  }
}

function broken(file: SignalFile, byteOffset: number, message: string, cause?: unknown): EcgError {
  return new EcgError('SIG_FLAC', message, {
    where: file.path,
    byteOffset,
    fix: 'The file is damaged or its header belongs to another: get both again.',
    cause,
  });
}
