import { EcgError } from '../errors.js';
import { flacDecoderFrom, type WasmFlacDecoder } from '../formats/flac-decoder.js';
import { flacSamples } from '../formats/flac-samples.js';
import type { SampleDecoder } from '../wfdb/sample-decoder.js';

/** The decoder is not installed with this library, as few records need it. */
const PACKAGE = '@wasm-audio-decoders/flac';

/**
 * WFDB's FLAC formats by the npm package `@wasm-audio-decoders/flac`, loaded when the first samples are decoded: lengths are
 * known without it.
 * @param load of another decoder's class
 * @returns a reader that throws EcgError UNSUPPORTED_FORMAT where the package is not there
 */
export function installedFlac(
  load: () => Promise<{ readonly FLACDecoder: new () => WasmFlacDecoder }> = () => import('@wasm-audio-decoders/flac'),
): SampleDecoder {
  return flacSamples(async (bytes) => {
    const { FLACDecoder } = await load().catch((cause: unknown) => {
      throw new EcgError(
        'UNSUPPORTED_FORMAT',
        `The samples are FLAC, whose decoder is not installed (npm install ${PACKAGE})`,
        {
          where: 'formats 508, 516, 524',
          fix: `Install it: npm install ${PACKAGE}`,
          cause,
        },
      );
    });
    return flacDecoderFrom(FLACDecoder)(bytes);
  });
}
