import type { BatchSource } from '../training/train.js';

/** Epochs of several sources in turn: the first epoch of the first, the second of the second, and so on. */
export class EpochsInTurn<Batch> implements BatchSource<Batch> {
  readonly stepsPerEpoch: number;
  readonly #sources: readonly BatchSource<Batch>[];
  #current: BatchSource<Batch>;

  /** @throws RangeError where there is no source, or where their epochs are not of one length */
  constructor(sources: readonly BatchSource<Batch>[]) {
    const [first, ...others] = sources;
    if (first === undefined || others.some(({ stepsPerEpoch }) => stepsPerEpoch !== first.stepsPerEpoch))
      throw new RangeError('sources that take turns are one or more, with epochs of one length');
    this.stepsPerEpoch = first.stepsPerEpoch;
    this.#sources = sources;
    this.#current = first;
  }

  startEpoch(epoch: number): void {
    this.#current = this.#sources[epoch % this.#sources.length]!;
    this.#current.startEpoch(epoch);
  }

  fill(step: number, batch: Batch): void {
    this.#current.fill(step, batch);
  }
}
