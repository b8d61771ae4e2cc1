import { PADDED, RHYTHM_STEP } from './network.js';
import type { RhythmSignal } from './recording.js';

/** Memory of one batch of stretches, laid out for the network. */
export interface RhythmInputs {
  /** [batch, leads, samples]. */
  readonly signal: Float32Array;
  /** [batch, samples / 8, 1]. */
  readonly padding: Float32Array;
}

export function emptyRhythmInputs(batch: number, leads: number, samples: number): RhythmInputs {
  return {
    signal: new Float32Array(batch * leads * samples),
    padding: new Float32Array(batch * (samples / RHYTHM_STEP)),
  };
}

/**
 * Writes samples `from …` of a recording into row `row`, as many as fit, and marks the rest as padding.
 *
 * @param gains factor on each lead; 1 each where absent.
 */
export function writeSegment(
  { length, samples }: RhythmSignal,
  from: number,
  { signal, padding }: RhythmInputs,
  row: number,
  { leads, samples: size }: { readonly leads: number; readonly samples: number },
  gains?: ArrayLike<number>,
): void {
  const taken = Math.min(size, length - from);
  for (let lead = 0; lead < leads; lead++) {
    const at = (row * leads + lead) * size;
    const gain = gains?.[lead] ?? 1;
    for (let i = 0; i < taken; i++) signal[at + i] = gain * samples[lead * length + from + i]!;
    signal.fill(0, at + taken, at + size);
  }
  const steps = size / RHYTHM_STEP;
  const used = Math.ceil(taken / RHYTHM_STEP);
  padding.fill(0, row * steps, row * steps + used);
  padding.fill(PADDED, row * steps + used, (row + 1) * steps);
}

/**
 * Which stretches of a recording are looked at: all of it at once in the first length that holds it, or half-overlapping
 * ones of the longest, the last of them ending with the recording or less than a step of the attention after it.
 */
export function stretchesOf(length: number, lengths: readonly number[]): { size: number; starts: number[] } {
  const fitting = lengths.find((size) => size >= length);
  if (fitting !== undefined) return { size: fitting, starts: [0] };
  const size = lengths.at(-1)!;
  const starts: number[] = [];
  for (let from = 0; from + size < length; from += size / 2) starts.push(from);
  return { size, starts: [...starts, Math.ceil((length - size) / RHYTHM_STEP) * RHYTHM_STEP] };
}
