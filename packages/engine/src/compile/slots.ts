/** Hands out transient memories and takes them back; a later tensor may use an earlier one's, grown if need be. */
export class SlotAllocator {
  readonly lengths: number[] = [];
  readonly #free: number[] = [];
  readonly #share: boolean;

  constructor(share: boolean) {
    this.#share = share;
  }

  /** The free slot whose length is nearest, or a new one. */
  take(length: number): number {
    let best = -1;
    for (const [index, slot] of this.#free.entries()) {
      if (best < 0 || this.#waste(slot, length) < this.#waste(this.#free[best]!, length)) best = index;
    }
    if (best >= 0) {
      const [slot] = this.#free.splice(best, 1);
      this.lengths[slot!] = Math.max(this.lengths[slot!]!, length);
      return slot!;
    }
    this.lengths.push(length);
    return this.lengths.length - 1;
  }

  release(slot: number): void {
    if (this.#share) this.#free.push(slot);
  }

  /** Growing a slot costs memory for the whole run, so it counts the same as leaving some of it unused. */
  #waste(slot: number, length: number): number {
    return Math.abs(this.lengths[slot]! - length);
  }
}
