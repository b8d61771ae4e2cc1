import { rhythmFeatureRows, rhythmReach } from '../preprocess/rhythm-features.js';
import type { StreamContract } from './stream-contract.js';

/** The rhythm so far: the newest intervals, as many as features reach back, and the mean of many more. */
export class RunningIntervals {
  private readonly contract: StreamContract;
  private readonly before: number;
  private readonly counted: Float64Array;
  /** The interval before each beat from `first` on, seconds. */
  private recent: number[] = [];
  private first = 0;

  constructor(contract: StreamContract) {
    this.contract = contract;
    this.before = rhythmReach(contract).before;
    this.counted = new Float64Array(contract.running.intervals);
  }

  /** Beats so far. */
  get count(): number {
    return this.first + this.recent.length;
  }

  /** Mean of the newest intervals, seconds. Summed anew each time: a sum that is carried along would drift. */
  get mean(): number {
    const size = Math.min(this.count, this.counted.length);
    let sum = 0;
    for (let k = 0; k < size; k++) sum += this.counted[k]!;
    return sum / size;
  }

  /** Takes the interval before the next beat, seconds, clipped. */
  push(interval: number): void {
    this.counted[this.count % this.counted.length] = interval;
    this.recent.push(interval);
  }

  /** Features of a beat, by the intervals so far. */
  features(beat: number): Float32Array {
    const from = Math.max(0, beat - this.before);
    const around = Float64Array.from(this.recent.slice(from - this.first));
    const at = beat - from;
    return rhythmFeatureRows(around, this.contract, { from: at, to: at + 1, global: this.mean });
  }

  /** Lets go of what features of beats from `beat` on do not need. */
  forgetBefore(beat: number): void {
    const drop = Math.max(0, beat - this.before - this.first);
    this.recent = this.recent.slice(drop);
    this.first += drop;
  }
}
