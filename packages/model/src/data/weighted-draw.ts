import type { RandomGenerator } from '@ecgpu/engine';

/** Draws places 0 … n-1 with replacement, each with its own chance. */
export class WeightedDraw {
  readonly #sums: Float64Array;
  readonly #sum: number;

  /** @param chances relative, 0 or more. */
  constructor(chances: Float64Array) {
    let sum = 0;
    this.#sums = chances.map((chance) => {
      sum += chance;
      return sum;
    });
    this.#sum = sum;
  }

  /** The place of a uniform number in the running sum of chances. */
  next(random: RandomGenerator): number {
    const target = random.uniform(0, this.#sum);
    let [low, high] = [0, this.#sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
