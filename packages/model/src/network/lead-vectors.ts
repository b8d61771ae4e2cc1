import { type BeatEncoderShape, encodingLength } from './beat-encoder.js';

/**
 * Length of what stands for a beat: a vector for each lead, and after those of two leads one number that says whether
 * there is a second.
 */
export function beatVectorLength(encoder: BeatEncoderShape, leads: 1 | 2): number {
  return leads === 1 ? encodingLength(encoder) : 2 * encodingLength(encoder) + 1;
}

/**
 * Both leads' vectors in one row a beat: the first lead's, the second's and a 1. Where the second lead is absent its
 * numbers and the 1 are 0.
 *
 * @param first [count, length]
 * @param second [count, length]
 * @param present [count]: 0 where the second lead is absent.
 * @returns [count, 2 · length + 1]
 */
export function joinLeads(
  first: Float32Array,
  second: Float32Array,
  present: Uint8Array,
  length: number,
): Float32Array<ArrayBuffer> {
  const width = 2 * length + 1;
  const rows = new Float32Array(present.length * width);
  for (const [beat, there] of present.entries()) {
    const at = beat * width;
    rows.set(first.subarray(beat * length, (beat + 1) * length), at);
    if (!there) continue;
    rows.set(second.subarray(beat * length, (beat + 1) * length), at + length);
    rows[at + width - 1] = 1;
  }
  return rows;
}
