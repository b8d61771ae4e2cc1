import { beatLabels } from '@ecgpu/ecg-dsp';
import type { RandomGenerator } from '@ecgpu/engine';
import type { InputContract } from '../preprocess/contract.js';
import { normaliserShares, rhythmFeatureRows, rhythmReach } from '../preprocess/rhythm-features.js';
import type { SequenceBatch } from '../training/sequence-step.js';
import type { BatchSource } from '../training/train.js';
import type { EncodedBeats } from './encoded-beats.js';
import { randomOf } from './random-stream.js';
import { type SequenceWindow, type WindowDraws, WindowSampler } from './sequence-window.js';

/** Errors put on the rhythm features of training windows: standard deviations. */
export interface RhythmJitter {
  /** Of the logarithms of the local and of the record's mean interval: one for a window, another for each beat. */
  readonly window: number;
  readonly beat: number;
  /** Of each feature. */
  readonly feature: number;
}

export const RHYTHM_JITTER: RhythmJitter = { window: 0.1, beat: 0.05, feature: 0.03 };

export interface SequenceBatchesOptions {
  /** Beats of a window. */
  readonly beats: number;
  /** Windows of a batch. */
  readonly windows: number;
  readonly stepsPerEpoch: number;
  readonly draws: WindowDraws;
  readonly jitter: RhythmJitter;
  /** Loss weights of the contract's classes, from about as many beats of each as an epoch shows. */
  readonly classWeights: (classSizes: readonly number[]) => readonly number[];
  readonly seed: number;
}

/** Batches of windows. What an epoch's n-th batch holds depends on the seed, the epoch and n alone. */
export class SequenceBatches implements BatchSource<SequenceBatch> {
  readonly stepsPerEpoch: number;
  /** Loss weight of each of the contract's classes. */
  readonly weights: readonly number[];
  readonly #encoded: EncodedBeats;
  readonly #contract: InputContract;
  readonly #options: SequenceBatchesOptions;
  readonly #sampler: WindowSampler;
  readonly #reach: { readonly before: number; readonly after: number };
  readonly #shares: ReturnType<typeof normaliserShares>;
  /** Output of the network for each of `beatLabels`, -1 where it has none. */
  readonly #outputOf: Int32Array;
  #epoch = 0;

  /**
   * @param contract of the sequence model; the beats' own may have other rhythm features.
   * @throws EcgError `NO_TRAINING_BEATS`, and of the class weights.
   */
  constructor(encoded: EncodedBeats, contract: InputContract, options: SequenceBatchesOptions) {
    const { beats, draws, stepsPerEpoch } = options;
    this.stepsPerEpoch = stepsPerEpoch;
    this.#encoded = encoded;
    this.#contract = contract;
    this.#options = options;
    this.#reach = rhythmReach(contract);
    this.#sampler = new WindowSampler(encoded, beats, this.#reach, draws);
    this.#shares = normaliserShares(contract.rhythm.features);
    this.#outputOf = Int32Array.from(beatLabels, (label) => contract.classes.indexOf(label));
    this.weights = options.classWeights(this.#epochSizes());
  }

  startEpoch(epoch: number): void {
    this.#epoch = epoch;
  }

  fill(step: number, batch: SequenceBatch): void {
    const random = randomOf('windows', this.#options.seed, this.#epoch, step);
    for (let row = 0; row < this.#options.windows; row++) this.#write(this.#sampler.draw(random), random, batch, row);
  }

  /**
   * Beats of each of the contract's classes in as many windows as an epoch has, the premature ones that were made up included. They are
   * drawn as the first epoch's are; but for the first of each batch they are not the same, as disturbing features draws from the stream too.
   */
  #epochSizes(): number[] {
    const sizes = this.#contract.classes.map(() => 0);
    for (let step = 0; step < this.stepsPerEpoch; step++) {
      const random = randomOf('windows', this.#options.seed, 0, step);
      for (let row = 0; row < this.#options.windows; row++) {
        for (const label of this.#sampler.draw(random).labels) {
          const output = this.#outputOf[label]!;
          if (output >= 0) sizes[output]!++;
        }
      }
    }
    return sizes;
  }

  #write(window: SequenceWindow, random: RandomGenerator, batch: SequenceBatch, row: number): void {
    const { set, length, secondLead, versions } = this.#encoded;
    const { beats } = this.#options;
    const { start, version, secondLeadDropped } = window;
    const place = row * beats;
    if (version < 0) batch.encoded.fill(0, place * length, (place + beats) * length);
    else batch.encoded.set(versions[version]!.subarray(start * length, (start + beats) * length), place * length);
    if (secondLeadDropped) {
      for (let k = place; k < place + beats; k++) batch.encoded.fill(0, k * length + secondLead, (k + 1) * length);
    }
    this.#writeRhythm(window, random, batch.rhythm, place);
    for (let k = 0; k < beats; k++) {
      const output = this.#outputOf[window.labels[k]!]!;
      const counts = output >= 0 && set.problems[start + k] === 0;
      batch.label[place + k] = Math.max(0, output);
      batch.weight[place + k] = counts ? this.weights[output]! : 0;
      batch.fibrillation[place + k] = window.fibrillation[k]!;
    }
  }

  #writeRhythm(
    { intervals, meanInterval }: SequenceWindow,
    random: RandomGenerator,
    rhythm: Float32Array,
    place: number,
  ) {
    const { beats, jitter } = this.#options;
    const { perLocal, perGlobal } = this.#shares;
    const from = this.#reach.before;
    const rows = rhythmFeatureRows(intervals, this.#contract, { from, to: from + beats, global: meanInterval });
    const local = jitter.window * random.normal();
    const global = jitter.window * random.normal();
    const count = perLocal.length;
    for (let k = 0; k < beats; k++) {
      const beatLocal = local + jitter.beat * random.normal();
      const beatGlobal = global + jitter.beat * random.normal();
      for (let f = 0; f < count; f++) {
        const misjudged = beatLocal * perLocal[f]! + beatGlobal * perGlobal[f]!;
        rhythm[(place + k) * count + f] = rows[k * count + f]! + misjudged + jitter.feature * random.normal();
      }
    }
  }
}
