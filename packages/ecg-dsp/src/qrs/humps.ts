import type { History } from '../streaming/history.js';

/** A hump of the envelope: perhaps a beat. */
export interface Hump {
  /** Sample index of its top. */
  readonly sample: number;
  /** Envelope at its top. */
  readonly height: number;
  /** Whether no hump within 0.4 s is higher. False until those 0.4 s are known. */
  dominant: boolean;
}

/** No two humps are nearer than this, seconds. */
const SPACING_S = 0.075;
/** Within so much of a QRS complex lie its P and T waves, which it dominates, seconds. */
const DOMINANCE_S = 0.4;

/** Finds the local maxima of an envelope as it grows. */
export class HumpFinder {
  private readonly spacing: number;
  private readonly dominance: number;
  private next = 1;
  private decidedTo = 0;

  /** @param fs samples per second. */
  constructor(fs: number) {
    this.spacing = Math.round(SPACING_S * fs);
    this.dominance = Math.round(DOMINANCE_S * fs);
  }

  /** Samples of the envelope that must follow a hump before it is known to be one. */
  get reach(): number {
    return this.spacing;
  }

  /** The humps before `end` that were not returned before; the envelope must be known to `end + reach`, or be at its end. */
  find(envelope: History, end: number): Hump[] {
    const found: Hump[] = [];
    for (; this.next < end; this.next++) {
      const height = envelope.at(this.next);
      if (!(height > envelope.at(this.next - 1) && height >= envelope.at(this.next + 1))) continue;
      const before = envelope.view(this.next - this.spacing, this.next);
      const after = envelope.view(this.next + 1, this.next + this.spacing + 1);
      if (before.every((value) => value < height) && after.every((value) => value <= height))
        found.push({ sample: this.next, height, dominant: false });
    }
    return found;
  }

  /**
   * Decides which humps are dominant, each once: those with 0.4 s of known humps after them.
   *
   * @param humps in order of time, with those of 0.4 s before the first undecided one.
   * @param to humps before this index are known.
   */
  markDominant(humps: readonly Hump[], to: number): void {
    for (let k = humps.findIndex((hump) => hump.sample >= this.decidedTo); k >= 0 && k < humps.length; k++) {
      const hump = humps[k]!;
      if (hump.sample + this.dominance >= to) return;
      this.decidedTo = hump.sample + 1;
      hump.dominant = !this.higherNear(humps, k, -1) && !this.higherNear(humps, k, 1);
    }
  }

  private higherNear(humps: readonly Hump[], k: number, step: 1 | -1): boolean {
    const { sample, height } = humps[k]!;
    for (
      let j = k + step;
      j >= 0 && j < humps.length && Math.abs(humps[j]!.sample - sample) <= this.dominance;
      j += step
    ) {
      if (humps[j]!.height > height) return true;
    }
    return false;
  }
}
