import { acrossGaps, butterworth, decimate, EcgError, resampleTo, sosfiltfilt } from '@ecgpu/ecg-dsp';
import type { InputContract } from './contract.js';

/** A lead as the network sees it, not yet scaled. */
export interface CleanSignal {
  /** mV at the contract's `fs`, finite throughout: 0, the baseline, where `missing`. */
  readonly samples: Float64Array;
  /** 1 where the record has no signal. */
  readonly missing: Uint8Array;
}

/** The part of a contract that says how a lead is filtered and brought to the network's rate. */
export interface SignalConditioning extends Pick<InputContract, 'inputRate' | 'filters' | 'bridgedGap' | 'fs'> {
  readonly quality: Pick<InputContract['quality'], 'maximumVoltage'>;
}

/**
 * Filters a lead at its own rate, across its gaps, and brings it to the contract's rate. The sample at index m stands at
 * the time m / contract.fs.
 *
 * Where the ratio of the rates is whole, samples are left out and nothing else: the low-pass has done the rest. Otherwise
 * the signal is resampled by a polyphase filter.
 *
 * @param samples mV; NaN where there is no sample.
 * @param fs samples per second.
 * @throws EcgError `RATE_NOT_ACCEPTED`, naming the accepted range.
 */
export function cleanSignal(samples: ArrayLike<number>, fs: number, contract: SignalConditioning): CleanSignal {
  const { minimum, maximum } = contract.inputRate;
  if (!(fs >= minimum && fs <= maximum)) {
    throw new EcgError('RATE_NOT_ACCEPTED', `The model does not accept a sampling rate of ${fs} Hz.`, {
      where: 'fs',
      fix: `Give a record at ${minimum} to ${maximum} Hz.`,
    });
  }
  const stages = contract.filters.map(({ type, order, cutoff }) => butterworth({ type, order, cutoff, fs }));
  const { maximumVoltage } = contract.quality;
  // Loops, where `from` would do: it makes a list of all numbers first. A day's record takes 85 s to classify on a core, and took 151.
  const voltages = new Float64Array(samples.length);
  for (let i = 0; i < voltages.length; i++) {
    const x = samples[i]!;
    voltages[i] = Math.abs(x) <= maximumVoltage ? x : Number.NaN;
  }
  const filtered = acrossGaps(
    voltages,
    fs,
    (piece) => stages.reduce((signal, sos) => sosfiltfilt(sos, signal), piece),
    contract.bridgedGap,
  );
  const present = filtered.map((x) => (Number.isFinite(x) ? x : 0));
  const ratio = fs / contract.fs;
  const resampled = Number.isInteger(ratio) ? decimate(present, ratio) : resampleTo(present, fs, contract.fs);
  const missing = new Uint8Array(resampled.length);
  for (let m = 0; m < missing.length; m++) {
    const nearest = Math.min(filtered.length - 1, Math.round(m * ratio));
    missing[m] = Number.isFinite(filtered[nearest]!) ? 0 : 1;
  }
  return { samples: resampled.map((x, m) => (missing[m] ? 0 : x)), missing };
}
