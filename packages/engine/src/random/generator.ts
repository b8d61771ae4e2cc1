import { argumentError } from '../errors.js';
import { threefry, uniformFromBits } from './threefry.js';

/** A stream of random numbers on the host: for initial weights, shuffles and augmentation. Same seed, same numbers. */
export class RandomGenerator {
  readonly #key: readonly [number, number];
  #counter = 0;
  #spare: number | undefined;

  /** `stream` keeps uses of one seed apart: weights, shuffles, noise. */
  constructor(seed: number, stream = 0) {
    this.#key = [seed >>> 0, stream >>> 0];
  }

  /** 32 random bits. */
  bits(): number {
    if (this.#spare !== undefined) {
      const bits = this.#spare;
      this.#spare = undefined;
      return bits;
    }
    const counter = this.#counter++;
    const [first, second] = threefry(...this.#key, counter >>> 0, Math.floor(counter / 2 ** 32));
    this.#spare = second;
    return first;
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFromBits(this.bits());
  }

  /** A whole number in 0 … end − 1, each equally likely. Throws INVALID_ARGUMENT unless `end` is a whole number from 1 to 2³². */
  integer(end: number): number {
    if (!Number.isInteger(end) || end < 1 || end > 2 ** 32) {
      throw argumentError('integer', `end must be a whole number from 1 to 2^32, got ${end}`);
    }
    // Numbers above the largest multiple of `end` would make the small ones likelier.
    const limit = 2 ** 32 - (2 ** 32 % end);
    for (;;) {
      const bits = this.bits();
      if (bits < limit) return bits % end;
    }
  }

  /** Gaussian with mean 0 and standard deviation 1 (Box & Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }

  /** What a checkpoint needs to go on with the same numbers. */
  get state(): { readonly counter: number; readonly spare: number | null } {
    return { counter: this.#counter, spare: this.#spare ?? null };
  }

  restore({ counter, spare }: { readonly counter: number; readonly spare: number | null }): void {
    this.#counter = counter;
    this.#spare = spare ?? undefined;
  }
}
