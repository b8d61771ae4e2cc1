import { EcgError } from '@ecgpu/ecg-dsp';
import { randomOf } from '../data/random-stream.js';
import type { BatchSource } from '../training/train.js';
import type { RhythmClass } from './classes.js';
import type { RhythmSignal } from './recording.js';
import { emptyRhythmInputs, type RhythmInputs, writeSegment } from './segments.js';

/** A recording with what experts found in it. */
export interface LabelledRecording {
  readonly signal: RhythmSignal;
  /** The first one first. */
  readonly classes: readonly RhythmClass[];
}

/** One batch of stretches with their labels. A row of padding has weight 0. */
export interface RhythmBatch extends RhythmInputs {
  /** [batch · classes]: 1 where the recording has the class. */
  readonly label: Int32Array;
  /** [batch · classes]: the loss weight of each answer. */
  readonly weight: Float32Array;
}

export interface RhythmSegmentSize {
  readonly leads: number;
  readonly samples: number;
}

export function emptyRhythmBatch(batch: number, { leads, samples }: RhythmSegmentSize, classes: number): RhythmBatch {
  return {
    ...emptyRhythmInputs(batch, leads, samples),
    label: new Int32Array(batch * classes),
    weight: new Float32Array(batch * classes),
  };
}

/** What is changed at random in a stretch, so that the network does not learn recordings by heart. */
export interface RhythmAugmentation {
  /** Standard deviation of the log of one factor on all leads. */
  readonly gain: number;
  /** The same of a factor on each lead. */
  readonly leadGain: number;
  /** Chance that a stretch loses one to three leads: electrodes fall off. */
  readonly leadLoss: number;
}

export const RHYTHM_AUGMENTATION: RhythmAugmentation = { gain: 0.15, leadGain: 0.05, leadLoss: 0.1 };

export interface RhythmBatchesOptions {
  readonly batchSize: number;
  readonly size: RhythmSegmentSize;
  readonly classes: readonly RhythmClass[];
  /** Loss weight of a recording that has the class; one that has not weighs 1. */
  readonly classWeights: readonly number[];
  readonly augmentation: RhythmAugmentation;
  readonly seed: number;
}

/** Every recording once an epoch, in random order; of one that is longer than a stretch, a stretch at random. */
export class RhythmBatches implements BatchSource<RhythmBatch> {
  readonly stepsPerEpoch: number;
  readonly #recordings: readonly LabelledRecording[];
  readonly #options: RhythmBatchesOptions;
  #order: Uint32Array = new Uint32Array(0);
  #epoch = -1;

  /** @throws EcgError `NO_RECORDINGS` */
  constructor(recordings: readonly LabelledRecording[], options: RhythmBatchesOptions) {
    if (recordings.length === 0) {
      throw new EcgError('NO_RECORDINGS', 'There are no recordings to train on.', {
        where: 'recordings',
        fix: 'Name a folder with recordings that REFERENCE.csv has labels for.',
      });
    }
    this.#recordings = recordings;
    this.#options = options;
    this.stepsPerEpoch = Math.ceil(recordings.length / options.batchSize);
  }

  startEpoch(epoch: number): void {
    const order = Uint32Array.from(this.#recordings, (_, i) => i);
    this.#order = randomOf('sampling', this.#options.seed, epoch).shuffle(order);
    this.#epoch = epoch;
  }

  /** @throws RangeError before `startEpoch` or beyond the epoch's last step. */
  fill(step: number, batch: RhythmBatch): void {
    const { batchSize, size, classes, classWeights, augmentation, seed } = this.#options;
    if (!(step >= 0 && step < this.stepsPerEpoch) || this.#epoch < 0)
      throw new RangeError(
        `step ${step} of epoch ${this.#epoch}: an epoch is started and has ${this.stepsPerEpoch} steps`,
      );
    const random = randomOf('segments', seed, this.#epoch, step);
    for (let row = 0; row < batchSize; row++) {
      const answers = classes.length * row;
      const recording = this.#recordings[this.#order[step * batchSize + row] ?? -1];
      if (recording === undefined) {
        writeSegment({ record: '', length: 0, samples: new Float32Array(0) }, 0, batch, row, size);
        batch.label.fill(0, answers, answers + classes.length);
        batch.weight.fill(0, answers, answers + classes.length);
        continue;
      }
      const room = recording.signal.length - size.samples;
      const from = room > 0 ? random.integer(room + 1) : 0;
      writeSegment(recording.signal, from, batch, row, size, drawGains(random, size.leads, augmentation));
      for (const [k, name] of classes.entries()) {
        const has = recording.classes.includes(name);
        batch.label[answers + k] = has ? 1 : 0;
        batch.weight[answers + k] = has ? classWeights[k]! : 1;
      }
    }
  }
}

function drawGains(
  random: ReturnType<typeof randomOf>,
  leads: number,
  { gain, leadGain, leadLoss }: RhythmAugmentation,
): Float64Array {
  const common = gain * random.normal();
  const gains = Float64Array.from({ length: leads }, () => Math.exp(common + leadGain * random.normal()));
  if (random.uniform() < leadLoss) for (let n = 1 + random.integer(3); n > 0; n--) gains[random.integer(leads)] = 0;
  return gains;
}
