import { EcgError } from '@ecgpu/ecg-dsp';
import { History } from '@ecgpu/ecg-dsp/streaming';
import { leadCount } from '../preprocess/contract.js';
import { clippedIntervals } from '../preprocess/rhythm-features.js';
import { beatProblem } from '../preprocess/signal-problems.js';
import { standsStill } from '../preprocess/still-signal.js';
import { RunningIntervals } from './running-intervals.js';
import { type MeasuredWindow, RunningLead } from './running-lead.js';
import type { StreamContract } from './stream-contract.js';

/** A beat as the network is fed it. */
export interface PreparedBeat {
  /** R peak, sample index since the start at the signal's own rate. */
  readonly sample: number;
  /** [channels, window]. */
  readonly windows: Float32Array;
  /** [rhythm features]. */
  readonly features: Float32Array;
  /** 0 for a sound beat, otherwise bits of `beatProblem`. */
  readonly problems: number;
  /** The unfiltered lead stands still around the beat: it is none to call, whatever is left of it after the filters. */
  readonly still: boolean;
  /** The beat in the second lead, for a contract that looks at two. */
  readonly second?: Pick<PreparedBeat, 'windows' | 'problems'>;
}

interface MeasuredBeat {
  readonly index: number;
  readonly sample: number;
  readonly alone: boolean;
  readonly still: boolean;
  readonly first: MeasuredWindow;
  readonly second?: MeasuredWindow;
}

/**
 * From a lead without end, or two, and R peaks to what the network is fed, in constant memory. A beat is measured when the
 * signal around it is settled, and prepared when `following` more have been measured, or none came for `pause` seconds. What
 * comes out depends on the samples and peaks alone, not on how they were cut into chunks.
 *
 * Scale, template and mean interval are those of the newest beats by then. Beats on missing or flat signal are marked, and
 * count for none of them.
 */
export class BeatPreparation {
  private readonly contract: StreamContract;
  private readonly fs: number;
  private readonly raw = new History();
  private readonly first: RunningLead;
  private readonly second: RunningLead | undefined;
  private readonly intervals: RunningIntervals;
  /** Beats that wait for their signal, and the newest one that does not. */
  private waiting: number[] = [];
  private lastSample = Number.NaN;
  private measured: MeasuredBeat[] = [];
  private pushed = 0;
  private ended = false;

  /**
   * @param fs samples per second.
   * @throws EcgError `RATE_NOT_ACCEPTED`
   */
  constructor(fs: number, contract: StreamContract) {
    requireRate(fs, contract);
    this.contract = contract;
    this.fs = fs;
    this.first = new RunningLead(fs, contract);
    this.second = leadCount(contract) === 2 ? new RunningLead(fs, contract) : undefined;
    this.intervals = new RunningIntervals(contract);
  }

  /**
   * Takes the next samples, mV; NaN where there is none.
   *
   * @param second of the second lead, for a contract that looks at two; absent: it has none here.
   * @throws EcgError `LEADS_UNEQUAL` where the second lead has another number of samples; `LEADS_TOO_MANY` where the contract
   *   looks at one.
   */
  push(samples: ArrayLike<number>, second?: ArrayLike<number>): void {
    this.requireFitting(samples.length, second);
    for (let i = 0; i < samples.length; i++) this.raw.push(samples[i]!);
    this.first.push(samples);
    this.second?.push(second ?? new Float64Array(samples.length).fill(Number.NaN));
    this.pushed += samples.length;
  }

  /**
   * Takes the next R peak. Its samples need not have been pushed yet.
   *
   * @throws EcgError `PEAKS_NOT_RISING`
   */
  addPeak(sample: number): void {
    const last = this.waiting.at(-1) ?? this.lastSample;
    if (!(Number.isInteger(sample) && sample >= 0) || sample <= last) {
      throw new EcgError('PEAKS_NOT_RISING', `A beat at sample ${sample} does not come after one at ${last}.`, {
        where: 'addPeak',
        fix: 'Give R peaks as sample indices, rising.',
      });
    }
    this.waiting.push(sample);
  }

  /**
   * The beats that became known.
   *
   * @param peaksKnownTo no R peak before this sample will be added any more.
   */
  take(peaksKnownTo: number): PreparedBeat[] {
    const prepared: PreparedBeat[] = [];
    const { following, pause } = this.contract.running;
    for (;;) {
      while (this.measureNext(peaksKnownTo)) {
        if (this.intervals.count > this.measured[0]!.index + following) prepared.push(this.prepareOldest());
      }
      const next = this.waiting[0] ?? (this.ended ? Number.POSITIVE_INFINITY : peaksKnownTo);
      if (this.measured.length === 0 || next <= this.lastSample + pause * this.fs) break;
      while (this.measured.length > 0) prepared.push(this.prepareOldest());
    }
    this.forget(Math.min(this.waiting[0] ?? peaksKnownTo, peaksKnownTo));
    return prepared;
  }

  /** Ends the signal. @returns the beats that are left. */
  flush(): PreparedBeat[] {
    this.first.end();
    this.second?.end();
    this.ended = true;
    return this.take(this.pushed);
  }

  /** Measures the next beat where its signal and the interval before it are known. */
  private measureNext(peaksKnownTo: number): boolean {
    const { contract, fs, first, second, intervals, waiting, ended } = this;
    const [sample] = waiting;
    if (sample === undefined) return false;
    const pause = contract.running.pause * fs;
    // Beats before a pause are prepared before one after it is measured, however the two arrive.
    if (this.measured.length > 0 && sample > this.lastSample + pause) return false;
    const position = Math.round((sample * contract.fs) / fs);
    const known = first.knows(position) && (second?.knows(position) ?? true);
    if (!known && !ended) return false;
    if (ended && sample >= this.pushed) throw outOfRange(sample, this.pushed);
    // The first beat is given the second's interval, and must wait for it.
    const begins = intervals.count === 0;
    const [from, to] = begins ? [sample, waiting[1]] : [this.lastSample, sample];
    if (to === undefined && !ended && peaksKnownTo <= sample + pause) return false;
    const alone = to === undefined || (begins && to > from + pause);
    const interval = alone ? contract.rhythm.interval.maximum : clippedIntervals([from, to], fs, contract)[1]!;
    intervals.push(interval);
    const onTime = interval >= contract.template.minimumInterval * intervals.mean;
    this.measured.push({
      ...{ index: intervals.count - 1, sample, alone },
      still: standsStill({ at: (i) => this.raw.at(i), length: this.pushed }, fs, sample),
      first: first.measure(position, onTime),
      ...(second ? { second: second.measure(position, onTime) } : {}),
    });
    this.lastSample = sample;
    waiting.shift();
    return true;
  }

  /** By the beats that have been measured so far. */
  private prepareOldest(): PreparedBeat {
    const { intervals } = this;
    const { index, sample, alone, still, first, second } = this.measured.shift()!;
    const windows = this.first.networkWindow(first.window);
    const features = intervals.features(index);
    intervals.forgetBefore(index + 1);
    return {
      ...{ sample, windows, features, still },
      problems: first.problems | (alone ? beatProblem.rhythmUnknown : 0),
      ...(second && this.second
        ? { second: { windows: this.second.networkWindow(second.window), problems: second.problems } }
        : {}),
    };
  }

  private forget(nextPeak: number): void {
    const position = Math.floor((nextPeak * this.contract.fs) / this.fs);
    // A second is more than what is looked at around a beat.
    this.raw.forgetBefore(Math.floor(nextPeak - this.fs));
    this.first.forgetBefore(position);
    this.second?.forgetBefore(position);
  }

  private requireFitting(length: number, second: ArrayLike<number> | undefined): void {
    if (second === undefined) return;
    if (!this.second) {
      throw new EcgError('LEADS_TOO_MANY', 'Samples of a second lead came, and the model looks at one.', {
        where: 'push',
        fix: 'Leave them out, or choose a model of two leads with its own contract.',
      });
    }
    if (second.length === length) return;
    throw new EcgError(
      'LEADS_UNEQUAL',
      `${length} samples of the first lead came with ${second.length} of the second.`,
      {
        where: 'push',
        fix: 'Give as many of both, NaN for those that are missing.',
      },
    );
  }
}

function outOfRange(sample: number, length: number): EcgError {
  return new EcgError('PEAK_OUT_OF_RANGE', `A beat is at sample ${sample} of a signal of ${length}.`, {
    where: 'addPeak',
    fix: 'Give sample indices of this very signal, at its own sampling rate.',
  });
}

function requireRate(fs: number, { inputRate: { minimum, maximum } }: StreamContract): void {
  if (fs >= minimum && fs <= maximum) return;
  throw new EcgError('RATE_NOT_ACCEPTED', `The model does not accept a sampling rate of ${fs} Hz.`, {
    where: 'fs',
    fix: `Give a signal at ${minimum} to ${maximum} Hz.`,
  });
}
