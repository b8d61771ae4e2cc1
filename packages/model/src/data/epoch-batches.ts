import { beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import type { BeatBatch } from '../training/step.js';
import type { BatchSource } from '../training/train.js';
import { type Augmentation, BeatAugmenter } from './augmentation.js';
import type { BeatSet } from './beat-set.js';
import { type EpochDraws, EpochSampler } from './epoch-sampler.js';
import { randomOf } from './random-stream.js';

export interface EpochBatchesOptions {
  readonly batchSize: number;
  readonly draws: EpochDraws;
  readonly augmentation: Augmentation;
  /** Loss weights of the contract's classes, from the beats of each in an epoch. */
  readonly classWeights: (classSizes: readonly number[]) => readonly number[];
  /** A factor on a beat's weight, by its index in the set; 1 where absent. */
  readonly weightOf?: (beat: number) => number;
  readonly seed: number;
}

/**
 * The batches of each epoch: drawn, changed at random and written into memory that the caller owns. What an epoch's n-th
 * batch holds depends on the seed, the epoch and n alone. A last batch that is not full is padded with weight 0.
 */
export class EpochBatches implements BatchSource<BeatBatch> {
  readonly stepsPerEpoch: number;
  /** Beats of each of the contract's classes in an epoch. */
  readonly classSizes: readonly number[];
  /** Loss weight of each of the contract's classes. */
  readonly weights: readonly number[];
  readonly #set: BeatSet;
  readonly #options: EpochBatchesOptions;
  readonly #sampler: EpochSampler;
  readonly #augmenter: BeatAugmenter;
  /** Output of the network for each of `beatLabels`, -1 where it has none. */
  readonly #outputOf: Int32Array;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array(0);

  /** @throws EcgError `BATCH_SIZE`; of the sampler, the augmenter and the class weights. */
  constructor(set: BeatSet, options: EpochBatchesOptions) {
    const { batchSize, draws, augmentation, seed } = options;
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new EcgError('BATCH_SIZE', `A batch of ${batchSize} beats was asked for.`, {
        where: 'batchSize',
        fix: 'Give a whole number, 1 or more.',
      });
    }
    this.#set = set;
    this.#options = options;
    this.#sampler = new EpochSampler(set, draws, seed);
    this.#augmenter = new BeatAugmenter(set, augmentation);
    this.classSizes = this.#sampler.classSizes;
    this.weights = options.classWeights(this.classSizes);
    this.#outputOf = Int32Array.from(beatLabels, (label) => set.contract.classes.indexOf(label));
    this.stepsPerEpoch = Math.ceil(this.#sampler.size / batchSize);
  }

  startEpoch(epoch: number): void {
    this.#order = this.#sampler.epoch(epoch);
    this.#epoch = epoch;
  }

  /** @throws RangeError before `startEpoch`, beyond the epoch's last step, or for a batch of another size. */
  fill(step: number, batch: BeatBatch): void {
    const { batchSize, seed, weightOf } = this.#options;
    if (!(step >= 0 && step < this.stepsPerEpoch) || this.#epoch < 0)
      throw new RangeError(
        `step ${step} of epoch ${this.#epoch}: an epoch is started and has ${this.stepsPerEpoch} steps`,
      );
    if (batch.label.length !== batchSize)
      throw new RangeError(`the batch has ${batch.label.length} rows, not ${batchSize}`);
    const random = randomOf('augmentation', seed, this.#epoch, step);
    const filled = Math.min(batchSize, this.#order.length - step * batchSize);
    for (let row = 0; row < filled; row++) {
      const beat = this.#order[step * batchSize + row]!;
      const output = this.#outputOf[this.#set.labels[beat]!]!;
      this.#augmenter.write(beat, random, batch.window, batch.rhythm, row);
      batch.label[row] = output;
      batch.weight[row] = this.weights[output]! * (weightOf?.(beat) ?? 1);
    }
    batch.window.fill(0, filled * (batch.window.length / batchSize));
    batch.rhythm.fill(0, filled * (batch.rhythm.length / batchSize));
    batch.label.fill(0, filled);
    batch.weight.fill(0, filled);
  }
}
