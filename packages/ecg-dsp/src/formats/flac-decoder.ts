import type { FlacDecoder } from './flac-samples.js';

/** The part of `FLACDecoder` of the npm package `@wasm-audio-decoders/flac` that is needed. */
export interface WasmFlacDecoder {
  readonly ready: Promise<unknown>;
  decodeFile(bytes: Uint8Array): Promise<{
    readonly channelData: readonly Float32Array[];
    readonly bitDepth: number;
    readonly errors: readonly { readonly message: string }[];
  }>;
  free(): unknown;
}

/**
 * Bytes of zeros behind a stream. Version 0.2.11 of the package silently leaves out the last frame where one of its last bytes is
 * 255, which could begin another frame: 1 of 3 streams that end in the sample 32767, none with zeros behind them.
 */
const PADDING = 8;

/**
 * A decoder for WFDB's FLAC formats: `readRecord(source, name, { flac: flacSamples(flacDecoderFrom(FLACDecoder)) })`
 * with `import { FLACDecoder } from '@wasm-audio-decoders/flac'`.
 * @throws Error where the stream is damaged
 */
export function flacDecoderFrom(Decoder: new () => WasmFlacDecoder): FlacDecoder {
  return async (bytes) => {
    const decoder = new Decoder();
    try {
      await decoder.ready;
      const padded = new Uint8Array(bytes.length + PADDING);
      padded.set(bytes);
      const { channelData, bitDepth, errors } = await decoder.decodeFile(padded);
      if (errors[0] !== undefined) throw new Error(errors[0].message);
      // It divides by the largest positive value; up to 24 bits a float keeps enough to get the whole number back.
      const scale = 2 ** (bitDepth - 1) - 1;
      return { channels: channelData.map((samples) => Int32Array.from(samples, (value) => Math.round(value * scale))) };
    } finally {
      await decoder.free();
    }
  };
}
