import { bytesFor, rawFormat, type SignalFormat } from './signal-formats.js';

type Decode = (bytes: Uint8Array, out: Int32Array, blocks: number) => void;

/** One loop a format, over whole blocks; array reads inside `blocks` are in range by construction. */
const decoders: Readonly<Record<number, Decode>> = {
  8: (b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = (b[i]! << 24) >> 24;
  },
  16: (b, out, n) => {
    for (let i = 0, p = 0; i < n; i++, p += 2) out[i] = ((b[p]! | (b[p + 1]! << 8)) << 16) >> 16;
  },
  24: (b, out, n) => {
    for (let i = 0, p = 0; i < n; i++, p += 3) out[i] = ((b[p]! << 8) | (b[p + 1]! << 16) | (b[p + 2]! << 24)) >> 8;
  },
  32: (b, out, n) => {
    for (let i = 0, p = 0; i < n; i++, p += 4) {
      out[i] = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
    }
  },
  61: (b, out, n) => {
    for (let i = 0, p = 0; i < n; i++, p += 2) out[i] = ((b[p + 1]! | (b[p]! << 8)) << 16) >> 16;
  },
  80: (b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = b[i]! - 128;
  },
  160: (b, out, n) => {
    for (let i = 0, p = 0; i < n; i++, p += 2) out[i] = (b[p]! | (b[p + 1]! << 8)) - 32768;
  },
  212: (b, out, n) => {
    for (let i = 0, p = 0, s = 0; i < n; i++, p += 3, s += 2) {
      const middle = b[p + 1]!;
      out[s] = ((b[p]! | (middle << 8)) << 20) >> 20;
      out[s + 1] = ((b[p + 2]! | ((middle & 0xf0) << 4)) << 20) >> 20;
    }
  },
  310: (b, out, n) => {
    for (let i = 0, p = 0, s = 0; i < n; i++, p += 4, s += 3) {
      const first = b[p]! | (b[p + 1]! << 8);
      const second = b[p + 2]! | (b[p + 3]! << 8);
      out[s] = ((first >> 1) << 22) >> 22;
      out[s + 1] = ((second >> 1) << 22) >> 22;
      out[s + 2] = (((first >> 11) | ((second >> 11) << 5)) << 22) >> 22;
    }
  },
  311: (b, out, n) => {
    for (let i = 0, p = 0, s = 0; i < n; i++, p += 4, s += 3) {
      const word = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
      out[s] = (word << 22) >> 22;
      out[s + 1] = (word << 12) >> 22;
      out[s + 2] = (word << 2) >> 22;
    }
  },
};

/**
 * Unpacks `count` samples from bytes that start at a block of the format. Missing samples keep the format's code for
 * them; format 8 gives first differences.
 * @param bytes at least as many as the samples need
 */
export function decodeSamples(bytes: Uint8Array, code: number, count: number): Int32Array {
  const format = rawFormat(code);
  const decode = decoders[code]!;
  const blocks = Math.floor(count / format.blockSamples);
  const out = new Int32Array(count);
  decode(bytes, out, blocks);
  const left = count - blocks * format.blockSamples;
  if (left > 0) out.set(decodeTail(bytes.subarray(blocks * format.blockBytes), format, decode, left), count - left);
  return out;
}

/** A last incomplete block, completed with zero bits that no kept sample has a part in. */
function decodeTail(bytes: Uint8Array, format: SignalFormat, decode: Decode, left: number): Int32Array {
  const block = new Uint8Array(format.blockBytes);
  block.set(bytes.subarray(0, bytesFor(format, left)));
  const samples = new Int32Array(format.blockSamples);
  decode(block, samples, 1);
  return samples.subarray(0, left);
}
