import { RunningMedian } from './running-median.js';
import type { StreamContract } from './stream-contract.js';

/**
 * The typical beat so far: the sample-wise median of the newest beats that did not come early, and of all beats until there
 * are enough of them.
 */
export class RunningTemplate {
  private readonly length: number;
  private readonly fewest: number;
  private readonly onTime: readonly RunningMedian[];
  private all: readonly RunningMedian[];

  /** @param length samples of a window. */
  constructor(length: number, { template, running }: StreamContract) {
    this.length = length;
    this.fewest = Math.min(template.fewest, running.template);
    this.onTime = Array.from({ length }, () => new RunningMedian(running.template));
    this.all = Array.from({ length }, () => new RunningMedian(running.template));
  }

  /** Takes the next beat that lies on signal. */
  push(window: Float64Array, onTime: boolean): void {
    for (const [i, median] of this.all.entries()) median.push(window[i]!);
    if (!onTime) return;
    for (const [i, median] of this.onTime.entries()) median.push(window[i]!);
    if (this.onTime[0]!.count >= this.fewest) this.all = [];
  }

  /** In the windows' unit; zeros before the first beat. */
  get(): Float64Array {
    const medians = this.all.length > 0 ? this.all : this.onTime;
    const empty = medians[0]!.count === 0;
    return Float64Array.from({ length: this.length }, (_, i) => (empty ? 0 : medians[i]!.median));
  }
}
