import type { Device } from '@ecgpu/engine';
import { isForRelativeStage, lessMedian, recordMedian } from '../record/median.js';
import type { BeatInputs } from './beat-classifier.js';
import { releasedOnFailure } from './released-on-failure.js';
import type { SequenceParts } from './sequence-parts.js';
import { SequenceStage, type StageOutput } from './sequence-stage.js';

/** What of a network's parts comes after its encoder. */
export type StageParts = Pick<SequenceParts, 'sequence' | 'relative' | 'selfTraining'>;

/** What each stage of a network says of a record, the relative one where the record is for it. */
export interface StageOutputs {
  readonly plain: StageOutput;
  readonly relative?: StageOutput;
  /** What the relative stage saw, where self-training needs it: [beats, encoding]. A day of it is 50 MB. */
  readonly vectors?: Float32Array;
}

/** A network's stages over beats that are encoded already: the one that sees vectors as they are, and the relative one. */
export class SequenceStages {
  readonly #plain: SequenceStage;
  readonly #relative: SequenceStage | undefined;
  readonly #parts: StageParts;

  private constructor(plain: SequenceStage, relative: SequenceStage | undefined, parts: StageParts) {
    this.#plain = plain;
    this.#relative = relative;
    this.#parts = parts;
  }

  static async create(device: Device, parts: StageParts): Promise<SequenceStages> {
    const { sequence, relative } = parts;
    const plain = await SequenceStage.create(device, sequence.values, sequence.shape);
    const other =
      relative && (await releasedOnFailure(plain, () => SequenceStage.create(device, relative.values, sequence.shape)));
    return new SequenceStages(plain, other, parts);
  }

  /**
   * Before the output rule and any self-training.
   *
   * @param encoded [count, encoding]: of the same beats.
   */
  async call(encoded: Float32Array, beats: BeatInputs): Promise<StageOutputs> {
    const { count, features } = beats;
    const { sequence, relative, selfTraining } = this.#parts;
    const plain = await this.#plain.classify(count, encoded, features);
    if (!this.#relative || !isForRelativeStage(relative?.stage, beats)) return { plain };
    const moved = lessMedian(encoded, recordMedian(encoded, sequence.shape.encoding));
    const called = await this.#relative.classify(count, moved, features);
    return { plain, relative: called, ...(selfTraining ? { vectors: moved } : {}) };
  }

  release(): void {
    this.#plain.release();
    this.#relative?.release();
  }
}
