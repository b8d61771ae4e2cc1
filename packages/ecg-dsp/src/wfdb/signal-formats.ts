import { EcgError } from '../errors.js';

/**
 * How one WFDB signal format packs samples: `blockSamples` samples in `blockBytes` bytes.
 * Layouts: signal(5) of the WFDB Software Package.
 */
export interface SignalFormat {
  readonly code: number;
  readonly bits: number;
  readonly blockSamples: number;
  readonly blockBytes: number;
  /** Value that stands for a missing sample; format 8 has none. */
  readonly missing: number | undefined;
}

function format(code: number, bits: number, blockSamples: number, blockBytes: number): [number, SignalFormat] {
  return [code, { code, bits, blockSamples, blockBytes, missing: code === 8 ? undefined : -(2 ** (bits - 1)) }];
}

/** The formats whose samples are at known places in the file. */
export const rawFormats: ReadonlyMap<number, SignalFormat> = new Map([
  format(8, 8, 1, 1),
  format(16, 16, 1, 2),
  format(24, 24, 1, 3),
  format(32, 32, 1, 4),
  format(61, 16, 1, 2),
  format(80, 8, 1, 1),
  format(160, 16, 1, 2),
  format(212, 12, 2, 3),
  format(310, 10, 3, 4),
  format(311, 10, 3, 4),
]);

/** Bits of a sample in the FLAC formats. */
export const flacBits: ReadonlyMap<number, number> = new Map([
  [508, 8],
  [516, 16],
  [524, 24],
]);

export function isSignalFormat(code: number): boolean {
  return code === 0 || rawFormats.has(code) || flacBits.has(code);
}

/** Value that stands for a missing sample in a raw or FLAC format. */
export function missingCode(code: number): number | undefined {
  const bits = flacBits.get(code);
  return bits === undefined ? rawFormats.get(code)?.missing : -(2 ** (bits - 1));
}

/** @throws EcgError SIG_FMT_UNKNOWN */
export function rawFormat(code: number): SignalFormat {
  const found = rawFormats.get(code);
  if (found !== undefined) return found;
  throw new EcgError('SIG_FMT_UNKNOWN', `Format ${code} is not a raw signal format`, {
    fix: `Use one of ${[...rawFormats.keys()].join(', ')}.`,
  });
}

/** Bytes that hold `count` samples: a last incomplete block is shorter. */
export function bytesFor(format: SignalFormat, count: number): number {
  const left = count % format.blockSamples;
  return Math.floor(count / format.blockSamples) * format.blockBytes + left * 2;
}

/** Whole samples in `bytes` bytes. Format 311 may end with two samples in three bytes. */
export function samplesIn(format: SignalFormat, bytes: number): number {
  const left = bytes % format.blockBytes;
  const whole = Math.floor(bytes / format.blockBytes) * format.blockSamples;
  if (format.blockSamples === 1) return whole;
  return whole + (left === 3 && format.code === 311 ? 2 : left >= 2 ? 1 : 0);
}
