import { EcgError } from '../errors.js';
import { bytesFor, rawFormat } from './signal-formats.js';

type Encode = (samples: Int32Array, out: Uint8Array, blocks: number) => void;

const littleEndian =
  (bytes: number, offset = 0): Encode =>
  (s, out, n) => {
    for (let i = 0, p = 0; i < n; i++) {
      const value = s[i]! + offset;
      for (let k = 0; k < bytes; k++) out[p++] = value >> (8 * k);
    }
  };

const encoders: Readonly<Record<number, Encode>> = {
  8: littleEndian(1),
  16: littleEndian(2),
  24: littleEndian(3),
  32: littleEndian(4),
  61: (s, out, n) => {
    for (let i = 0, p = 0; i < n; i++) {
      out[p++] = s[i]! >> 8;
      out[p++] = s[i]!;
    }
  },
  80: littleEndian(1, 128),
  160: littleEndian(2, 32768),
  212: (s, out, n) => {
    for (let i = 0, p = 0; i < n; i++) {
      const first = s[2 * i]!;
      const second = s[2 * i + 1]!;
      out[p++] = first;
      out[p++] = ((first >> 8) & 0x0f) | ((second >> 4) & 0xf0);
      out[p++] = second;
    }
  },
  310: (s, out, n) => {
    for (let i = 0, p = 0; i < n; i++) {
      const third = s[3 * i + 2]!;
      const first = ((s[3 * i]! & 0x3ff) << 1) | ((third & 0x1f) << 11);
      const second = ((s[3 * i + 1]! & 0x3ff) << 1) | (((third >> 5) & 0x1f) << 11);
      out[p++] = first;
      out[p++] = first >> 8;
      out[p++] = second;
      out[p++] = second >> 8;
    }
  },
  311: (s, out, n) => {
    for (let i = 0, p = 0; i < n; i++) {
      const word = (s[3 * i]! & 0x3ff) | ((s[3 * i + 1]! & 0x3ff) << 10) | ((s[3 * i + 2]! & 0x3ff) << 20);
      for (let k = 0; k < 4; k++) out[p++] = word >> (8 * k);
    }
  },
};

/**
 * Packs samples; for format 8 they are first differences. The inverse of {@link decodeSamples}.
 * @throws EcgError SIG_RANGE where a sample does not fit the format
 */
export function encodeSamples(samples: Int32Array, code: number): Uint8Array {
  const format = rawFormat(code);
  const highest = 2 ** (format.bits - 1) - 1;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (value > highest || value < -highest - 1) {
      throw new EcgError(
        'SIG_RANGE',
        `Sample ${i} has the value ${value}, beyond the ${format.bits} bits of format ${code}`,
        {
          fix: 'Use a format with more bits, a lower gain or another baseline.',
        },
      );
    }
  }
  const blocks = Math.ceil(samples.length / format.blockSamples);
  const whole = new Int32Array(blocks * format.blockSamples);
  whole.set(samples);
  const out = new Uint8Array(blocks * format.blockBytes);
  encoders[code]!(whole, out, blocks);
  return out.subarray(0, bytesFor(format, samples.length));
}
