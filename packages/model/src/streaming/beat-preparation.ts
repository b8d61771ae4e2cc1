import { EcgError, segmentBeats } from '@ecgpu/ecg-dsp';
import { windowLength } from '../contract.js';
import { networkWindows } from '../preprocess/network-inputs.js';
import { clippedIntervals } from '../preprocess/rhythm-features.js';
import { beatRanges } from '../preprocess/scale.js';
import { beatProblem, signalProblems } from '../preprocess/signal-problems.js';
import { FilteredSignal } from './filtered-signal.js';
import { RunningIntervals } from './running-intervals.js';
import { RunningMedian } from './running-median.js';
import { RunningTemplate } from './running-template.js';
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
}

interface MeasuredBeat {
  readonly index: number;
  readonly sample: number;
  /** mV: [window]. */
  readonly window: Float64Array;
  readonly problems: number;
}

/**
 * From one lead without end and its R peaks to what the network is fed, in constant memory. A beat is measured when the
 * signal around it is settled, and prepared when `following` more have been measured, or none came for `pause` seconds. What
 * comes out depends on the samples and peaks alone, not on how they were cut into chunks.
 *
 * Scale, template and mean interval are those of the newest beats by then. Beats on missing or flat signal are marked, and
 * count for none of them.
 */
export class BeatPreparation {
  private readonly contract: StreamContract;
  private readonly fs: number;
  private readonly signal: FilteredSignal;
  private readonly intervals: RunningIntervals;
  private readonly template: RunningTemplate;
  private readonly ranges: RunningMedian;
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
    this.signal = new FilteredSignal(fs, contract);
    this.intervals = new RunningIntervals(contract);
    this.template = new RunningTemplate(windowLength(contract), contract);
    this.ranges = new RunningMedian(contract.running.scale);
  }

  /** Takes the next samples of the lead, mV; NaN where there is none. */
  push(samples: ArrayLike<number>): void {
    this.signal.push(samples);
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
    this.signal.end();
    this.ended = true;
    return this.take(this.pushed);
  }

  /** Measures the next beat where its signal and the interval before it are known. */
  private measureNext(peaksKnownTo: number): boolean {
    const { contract, fs, signal, intervals, waiting, ended } = this;
    const [sample] = waiting;
    if (sample === undefined) return false;
    const pause = contract.running.pause * fs;
    // Beats before a pause are prepared before one after it is measured, however the two arrive.
    if (this.measured.length > 0 && sample > this.lastSample + pause) return false;
    const { before, after } = contract.window;
    const { reach, edge } = contract.scale;
    const position = Math.round((sample * contract.fs) / fs);
    const needed = position + Math.max(after, reach + 1);
    if (signal.knownTo < needed && !ended) return false;
    if (ended && sample >= this.pushed) throw outOfRange(sample, this.pushed);
    // The first beat is given the second's interval, and must wait for it.
    const first = intervals.count === 0;
    const [from, to] = first ? [sample, waiting[1]] : [this.lastSample, sample];
    if (to === undefined && !ended && peaksKnownTo <= sample + pause) return false;
    const alone = to === undefined || (first && to > from + pause);
    const interval = alone ? contract.rhythm.interval.maximum : clippedIntervals([from, to], fs, contract)[1]!;
    intervals.push(interval);

    const start = Math.max(0, position - Math.max(before, reach));
    const stretch = signal.stretch(start, Math.min(needed, signal.knownTo));
    const local = [Math.min(position - start, stretch.samples.length - 1)];
    const range = beatRanges(stretch.samples, local, reach);
    const problems = signalProblems(stretch, local, range, contract)[0]!;
    const window = segmentBeats(stretch.samples, local, { before, after }).data;
    if (problems === 0) {
      this.template.push(window, interval >= contract.template.minimumInterval * intervals.mean);
      // The filters ring at the start.
      if (position >= edge || this.ranges.count === 0) this.ranges.push(range[0]!);
    }
    const index = intervals.count - 1;
    this.measured.push({ index, sample, window, problems: problems | (alone ? beatProblem.rhythmUnknown : 0) });
    this.lastSample = sample;
    waiting.shift();
    return true;
  }

  /** By the beats that have been measured so far. */
  private prepareOldest(): PreparedBeat {
    const { contract, intervals, ranges } = this;
    const { index, sample, window, problems } = this.measured.shift()!;
    const scale = ranges.count === 0 ? contract.scale.minimum : Math.max(contract.scale.minimum, ranges.median);
    const [beats, templates] = [window, this.template.get()].map((wide) => Float32Array.from(wide, (x) => x / scale));
    const windows = networkWindows(
      { beats: beats!, templates: templates!, recordOf: () => 0, margin: 0 },
      contract,
      0,
      1,
    );
    const features = intervals.features(index);
    intervals.forgetBefore(index + 1);
    return { sample, windows, features, problems };
  }

  private forget(nextPeak: number): void {
    const { fs, window, scale } = this.contract;
    const position = Math.floor((nextPeak * fs) / this.fs);
    this.signal.forgetBefore(Math.max(0, position - 1 - Math.max(window.before, scale.reach)));
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
