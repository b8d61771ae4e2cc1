import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packSamples } from '../../test/independent-wfdb-writer.js';
import { decodeSamples } from './decode-signal.js';
import { encodeSamples } from './encode-signal.js';
import { bytesFor, rawFormats, samplesIn } from './signal-formats.js';

const amplitudeFormats = [...rawFormats.values()].filter(({ code }) => code !== 8);

/** Lists of samples that a format can hold, of every length around its blocks, with its extremes often. */
function samplesOf(bits: number, maxLength = 40): fc.Arbitrary<number[]> {
  const highest = 2 ** (bits - 1) - 1;
  const value = fc.oneof(
    fc.integer({ min: -highest - 1, max: highest }),
    fc.constantFrom(-highest - 1, -highest, -1, 0, 1, highest),
  );
  return fc.array(value, { maxLength });
}

describe('signal formats', () => {
  it('unpacks the published example of format 212', () => {
    expect([...decodeSamples(Uint8Array.of(0xe3, 0x33, 0xf3), 212, 2)]).toEqual([995, 1011]);
  });

  it.each(amplitudeFormats)('$code: what an independent writer packed is unpacked, and packed the same', (format) => {
    fc.assert(
      fc.property(samplesOf(format.bits), (samples) => {
        const bytes = packSamples(samples, format.code);
        expect([...decodeSamples(bytes, format.code, samples.length)]).toEqual(samples);
        expect([...encodeSamples(Int32Array.from(samples), format.code)]).toEqual([...bytes]);
        expect(bytesFor(format, samples.length)).toBe(bytes.length);
      }),
      { numRuns: 150 },
    );
  });

  it.each([...rawFormats.values()])('$code: as many samples are found in a file as were written', (format) => {
    for (let count = 0; count <= 24; count++) {
      const found = samplesIn(format, bytesFor(format, count));
      // Two left-over samples of format 310 or 311 take a whole block, like three.
      expect(found - count).toBe(format.blockSamples === 3 && count % 3 === 2 ? 1 : 0);
    }
  });

  it('311: ignores the two unused bits, and reads two samples from a block cut to three bytes', () => {
    const bytes = packSamples([-512, 511, -1], 311);
    bytes[3]! |= 0xc0;
    expect([...decodeSamples(bytes, 311, 3)]).toEqual([-512, 511, -1]);
    expect(samplesIn(rawFormats.get(311)!, 3)).toBe(2);
    expect([...decodeSamples(bytes.subarray(0, 3), 311, 2)]).toEqual([-512, 511]);
  });

  it.each(amplitudeFormats)('$code: refuses a sample beyond its bits', ({ code, bits }) => {
    if (bits === 32) return expect(encodeSamples(Int32Array.of(2 ** 31 - 1), code).length).toBe(4);
    expect(() => encodeSamples(Int32Array.of(0, 2 ** (bits - 1)), code)).toThrow(/Sample 1/);
  });
});
