import type { CleanSignal } from './clean-signal.js';
import type { InputContract } from './contract.js';

/** Bits that say why a beat should not be classified. */
export const beatProblem = {
  /** The record has no signal at the beat, or for too much of its window. */
  missing: 1,
  /** The signal does not move at the beat. */
  flat: 2,
  /** There is no other beat to take intervals from. */
  rhythmUnknown: 4,
} as const;

export type BeatProblem = keyof typeof beatProblem;

/** Names of the bits that are set, none for a sound beat. */
export function problemNames(bits: number): BeatProblem[] {
  return (Object.keys(beatProblem) as BeatProblem[]).filter((name) => bits & beatProblem[name]);
}

/** Whether a beat's signal can be used, by its bits: it is neither missing nor flat. */
export function isUsable(bits: number): boolean {
  return (bits & (beatProblem.missing | beatProblem.flat)) === 0;
}

/** Per beat, 1 where its signal can be used. */
export function usableBeats(problems: Uint8Array): Uint8Array {
  return problems.map((bits) => (isUsable(bits) ? 1 : 0));
}

/**
 * Marks beats on unusable signal. What lies before or after the record does not count as missing: the first and last beats
 * of a record are as good as its others.
 *
 * @param positions of the beats, at the contract's rate.
 * @param ranges mV, maximum - minimum around each beat.
 * @returns per beat, bits of {@link beatProblem}.
 */
export function signalProblems(
  { missing }: CleanSignal,
  positions: ArrayLike<number>,
  ranges: Float64Array,
  { window, scale, quality }: InputContract,
): Uint8Array {
  const before = new Uint32Array(missing.length + 1);
  for (let i = 0; i < missing.length; i++) before[i + 1] = before[i]! + missing[i]!;
  const missingIn = (from: number, to: number) => before[Math.min(missing.length, to)]! - before[Math.max(0, from)]!;
  const allowed = quality.maximumMissing * (window.before + window.after);
  return Uint8Array.from(positions, (position, beat) => {
    const atBeat = missingIn(position - scale.reach, position + scale.reach + 1);
    const inWindow = missingIn(position - window.before, position + window.after);
    const absent = atBeat > 0 || inWindow > allowed;
    const flat = !absent && ranges[beat]! < quality.minimumRange;
    return (absent ? beatProblem.missing : 0) | (flat ? beatProblem.flat : 0);
  });
}
