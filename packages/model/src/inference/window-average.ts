/** First beats of the windows over a record: every half window, and one that ends with the last beat. */
export function windowStarts(count: number, beats: number): number[] {
  if (count === 0) return [];
  const starts: number[] = [];
  for (let start = 0; start + beats < count; start += beats >> 1) starts.push(start);
  starts.push(Math.max(0, count - beats));
  return starts;
}

/** What a network is fed of a record's beats. */
export interface BeatRows {
  /** [count, width]: the record's. */
  readonly rows: Float32Array;
  readonly count: number;
  readonly width: number;
}

/**
 * Writes the window of `beats` beats from `start` into place `place` of `target`, [windows, beats, width]. A record shorter
 * than a window is prolonged by its last beat.
 */
export function copyWindow(
  target: Float32Array,
  place: number,
  { rows, count, width }: BeatRows,
  start: number,
  beats: number,
): void {
  for (let k = 0; k < beats; k++) {
    const from = Math.min(count - 1, start + k) * width;
    target.set(rows.subarray(from, from + width), (place * beats + k) * width);
  }
}

/**
 * What the windows that hold a beat say of it, averaged: beat k of a window of n counts min(k + 1, n - k), most in the
 * middle, where the window sees both sides.
 */
export class WindowAverage {
  readonly #count: number;
  readonly #beats: number;
  readonly #classes: number;
  readonly #logits: Float32Array;
  readonly #fibrillation: Float32Array;
  readonly #weights: Float32Array;

  /** For a record of `count` beats in windows of `beats`. */
  constructor(count: number, beats: number, classes: number) {
    this.#count = count;
    this.#beats = beats;
    this.#classes = classes;
    this.#logits = new Float32Array(count * classes);
    this.#fibrillation = new Float32Array(count);
    this.#weights = new Float32Array(count);
  }

  /**
   * Counts in the window that starts with beat `start`; what it says beyond the record's end is not looked at.
   *
   * @param logProbabilities [beats, classes]
   * @param fibrillation [beats]: log-odds.
   */
  add(start: number, logProbabilities: ArrayLike<number>, fibrillation: ArrayLike<number>): void {
    for (let k = 0; k < this.#beats && start + k < this.#count; k++) {
      const weight = Math.min(k + 1, this.#beats - k);
      for (let c = 0; c < this.#classes; c++) {
        this.#logits[(start + k) * this.#classes + c]! += weight * logProbabilities[k * this.#classes + c]!;
      }
      this.#fibrillation[start + k]! += weight * fibrillation[k]!;
      this.#weights[start + k]! += weight;
    }
  }

  /** Of every beat of the record, once the windows of {@link windowStarts} are counted in: logits [count, classes]. */
  result(): { readonly logits: Float32Array; readonly fibrillation: Float32Array } {
    const weights = this.#weights;
    return {
      logits: this.#logits.map((sum, i) => sum / weights[Math.floor(i / this.#classes)]!),
      fibrillation: this.#fibrillation.map((sum, beat) => sum / weights[beat]!),
    };
  }
}
