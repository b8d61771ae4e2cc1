import type { LeadSignal } from '../preprocess/lead.js';
import type { NetworkInputs } from '../preprocess/network-inputs.js';
import { BeatPreparation, type PreparedBeat } from './beat-preparation.js';
import type { StreamContract } from './stream-contract.js';

/**
 * {@link BeatPreparation} over a whole lead: what a stream is fed, bit for bit.
 *
 * @param peaks sample indices at the lead's rate, rising, inside of it.
 * @throws EcgError `PEAKS_NOT_RISING`, `PEAK_OUT_OF_RANGE`, `RATE_NOT_ACCEPTED`
 */
export function prepareCausally(
  { samples, fs }: Pick<LeadSignal, 'samples' | 'fs'>,
  peaks: ArrayLike<number>,
  contract: StreamContract,
): PreparedBeat[] {
  const preparation = new BeatPreparation(fs, contract);
  preparation.push(samples);
  for (let i = 0; i < peaks.length; i++) preparation.addPeak(peaks[i]!);
  return preparation.flush();
}

/** Prepared beats as a classifier takes them; a model that can look at two leads takes the second for absent. */
export function joinPrepared(beats: readonly PreparedBeat[]): NetworkInputs {
  return {
    count: beats.length,
    windows: joined(beats.map(({ windows }) => windows)),
    features: joined(beats.map(({ features }) => features)),
  };
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]?.length ?? 0;
  const whole = new Float32Array(rows.length * length);
  for (const [k, row] of rows.entries()) whole.set(row, k * length);
  return whole;
}
