import { requireFinite } from '../filters/finite.js';
import { Polyphase } from '../filters/polyphase.js';
import { History } from './history.js';

/**
 * Resamples a signal that has no end by up / down: what `resamplePoly` with `padType: 'constant'` gives, bit for bit, some
 * samples late.
 */
export class ResampleStream {
  /** Input samples that must follow a moment before its output sample is known. */
  readonly latency: number;
  private readonly input = new History();
  private readonly filter: Polyphase;
  private made = 0;

  /** @throws EcgError `RESAMPLE_RATIO`. */
  constructor(up: number, down: number) {
    this.filter = new Polyphase(up, down);
    this.latency = Math.floor(this.filter.half / this.filter.up);
  }

  /**
   * @returns the output samples that became known.
   * @throws EcgError `SIGNAL_NOT_FINITE`; then nothing of the chunk was taken.
   */
  push(samples: ArrayLike<number>): Float64Array {
    requireFinite(samples);
    for (let i = 0; i < samples.length; i++) this.input.push(samples[i]!);
    return this.make((newest) => newest < this.input.end);
  }

  /** Ends the signal. @returns the output samples that are left: ceil(N up / down) in all. */
  flush(): Float64Array {
    const total = this.filter.outputLength(this.input.end);
    return this.make(() => this.made < total);
  }

  private make(isKnown: (newest: number) => boolean): Float64Array {
    const out: number[] = [];
    while (isKnown(this.filter.newest(this.made))) {
      out.push(this.filter.output(this.made, (i) => (i >= 0 && i < this.input.end ? this.input.at(i) : 0)));
      this.made++;
    }
    this.input.forgetBefore(this.filter.oldest(this.made));
    return Float64Array.from(out);
  }
}
