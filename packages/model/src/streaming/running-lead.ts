import { segmentBeats } from '@ecgpu/ecg-dsp';
import { windowLength } from '../preprocess/contract.js';
import { networkWindows } from '../preprocess/network-inputs.js';
import { beatRanges } from '../preprocess/scale.js';
import { signalProblems } from '../preprocess/signal-problems.js';
import { FilteredSignal } from './filtered-signal.js';
import { RunningMedian } from './running-median.js';
import { RunningTemplate } from './running-template.js';
import type { StreamContract } from './stream-contract.js';

/** A beat as one lead shows it. */
export interface MeasuredWindow {
  /** mV: [window]. */
  readonly window: Float64Array;
  /** 0 for a sound beat, otherwise bits of `beatProblem`. */
  readonly problems: number;
}

/** One lead without end, with the scale and the template that its newest beats make. */
export class RunningLead {
  private readonly contract: StreamContract;
  private readonly signal: FilteredSignal;
  private readonly template: RunningTemplate;
  private readonly ranges: RunningMedian;

  /** @param fs samples per second, within the contract's range. */
  constructor(fs: number, contract: StreamContract) {
    this.contract = contract;
    this.signal = new FilteredSignal(fs, contract);
    this.template = new RunningTemplate(windowLength(contract), contract);
    this.ranges = new RunningMedian(contract.running.scale);
  }

  /** Takes the next samples, mV; NaN where there is none. */
  push(samples: ArrayLike<number>): void {
    this.signal.push(samples);
  }

  /** Ends the signal. */
  end(): void {
    this.signal.end();
  }

  /** Whether the signal around a beat is settled. */
  knows(position: number): boolean {
    return this.signal.knownTo >= this.endOf(position);
  }

  /**
   * Cuts out a beat; a sound one counts for the scale and the template from here on.
   *
   * @param position of the beat, at the contract's rate.
   * @param onTime whether it may count for the template.
   */
  measure(position: number, onTime: boolean): MeasuredWindow {
    const { contract, signal } = this;
    const { before, after } = contract.window;
    const { reach, edge } = contract.scale;
    const start = Math.max(0, position - Math.max(before, reach));
    const stretch = signal.stretch(start, Math.min(this.endOf(position), signal.knownTo));
    const local = [Math.min(position - start, stretch.samples.length - 1)];
    const range = beatRanges(stretch.samples, local, reach);
    const problems = signalProblems(stretch, local, range, contract)[0]!;
    const window = segmentBeats(stretch.samples, local, { before, after }).data;
    if (problems === 0) {
      this.template.push(window, onTime);
      // The filters ring at the start.
      if (position >= edge || this.ranges.count === 0) this.ranges.push(range[0]!);
    }
    return { window, problems };
  }

  /** A beat by the scale and the template as they are now: [channels, window]. */
  networkWindow(window: Float64Array): Float32Array {
    const { contract, ranges, template } = this;
    const scale = ranges.count === 0 ? contract.scale.minimum : Math.max(contract.scale.minimum, ranges.median);
    const [beats, templates] = [window, template.get()].map((wide) => Float32Array.from(wide, (x) => x / scale));
    return networkWindows({ beats: beats!, templates: templates!, recordOf: () => 0, margin: 0 }, contract, 0, 1);
  }

  /** Lets go of signal that beats from `position` on do not need. */
  forgetBefore(position: number): void {
    const { window, scale } = this.contract;
    this.signal.forgetBefore(Math.max(0, position - 1 - Math.max(window.before, scale.reach)));
  }

  /** First sample that a beat at `position` does not need. */
  private endOf(position: number): number {
    return position + Math.max(this.contract.window.after, this.contract.scale.reach + 1);
  }
}
