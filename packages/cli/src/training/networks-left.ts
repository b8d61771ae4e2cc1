import type { Console } from '../output/console.js';
import { duration } from '../output/progress.js';

/** Tells after each of many networks how many are there, and how long the others will take if they take as long. */
export class NetworksLeft {
  private readonly start: number;
  private done = 0;
  private trained = 0;

  /** @param now milliseconds. */
  constructor(
    private readonly total: number,
    private readonly console: Pick<Console, 'err'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.start = now();
  }

  /** Counts networks that an earlier run has trained. */
  found(networks: number): void {
    this.done += networks;
  }

  /** Counts a network that was trained just now, and says what is left. */
  add(): void {
    this.done++;
    this.trained++;
    const each = (this.now() - this.start) / this.trained;
    const left = this.total - this.done;
    const rest = left > 0 ? `, about ${duration(left * each)} left` : '';
    this.console.err(`${this.done} of ${this.total} networks trained${rest}\n`);
  }
}
