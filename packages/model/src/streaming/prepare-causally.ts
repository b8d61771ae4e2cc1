import type { LeadSignal } from '../preprocess/lead.js';
import type { NetworkInputs } from '../preprocess/network-inputs.js';
import { usableBeats } from '../preprocess/signal-problems.js';
import { BeatPreparation, type PreparedBeat } from './beat-preparation.js';
import type { StreamContract } from './stream-contract.js';

/**
 * {@link BeatPreparation} over a whole lead, or two: what a stream is fed, bit for bit.
 *
 * @param peaks sample indices at the lead's rate, rising, inside of it.
 * @param second samples of the second lead, where the contract looks at two and there is one.
 * @throws EcgError `PEAKS_NOT_RISING`, `PEAK_OUT_OF_RANGE`, `RATE_NOT_ACCEPTED`, `LEADS_UNEQUAL`, `LEADS_TOO_MANY`
 */
export function prepareCausally(
  { samples, fs }: Pick<LeadSignal, 'samples' | 'fs'>,
  peaks: ArrayLike<number>,
  contract: StreamContract,
  second?: ArrayLike<number>,
): PreparedBeat[] {
  const preparation = new BeatPreparation(fs, contract);
  preparation.push(samples, second);
  for (let i = 0; i < peaks.length; i++) preparation.addPeak(peaks[i]!);
  return preparation.flush();
}

/** Prepared beats of one contract as a classifier takes them. */
export function joinPrepared(beats: readonly PreparedBeat[]): NetworkInputs {
  const seconds = beats.flatMap(({ second }) => (second ? [second] : []));
  return {
    count: beats.length,
    windows: joined(beats.map(({ windows }) => windows)),
    features: joined(beats.map(({ features }) => features)),
    ...(seconds.length > 0
      ? {
          second: {
            windows: joined(seconds.map(({ windows }) => windows)),
            present: usableBeats(Uint8Array.from(seconds, ({ problems }) => problems)),
          },
        }
      : {}),
  };
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const length = rows[0]?.length ?? 0;
  const whole = new Float32Array(rows.length * length);
  for (const [k, row] of rows.entries()) whole.set(row, k * length);
  return whole;
}
