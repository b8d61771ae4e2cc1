import type { Device } from '@ecgpu/engine';
import type { BeatInputs } from './inference.js';
import { ruledLogits } from './output-rule.js';
import { isForRelativeStage, lessMedian, recordMedian, type StageName } from './record-median.js';
import type { SequenceParts, SequencePredictions, StagePredictions } from './sequence-inference.js';
import { SequenceStage } from './sequence-stage.js';

/** What of a network's parts comes after its encoder. */
export type StageParts = Pick<SequenceParts, 'sequence' | 'relative' | 'rule' | 'selfTraining'>;

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
    const other = relative && (await SequenceStage.create(device, relative.values, sequence.shape));
    return new SequenceStages(plain, other, parts);
  }

  /**
   * What each stage says of a record, the relative one where the record is for it, before any self-training.
   *
   * @param encoded [count, encoding]: of the same beats.
   */
  async call(encoded: Float32Array, beats: BeatInputs): Promise<StagePredictions> {
    const { count, features } = beats;
    const { sequence, relative, selfTraining } = this.#parts;
    const plain = await this.callPlain(count, encoded, features);
    if (!this.#relative || !isForRelativeStage(relative?.stage, beats)) return { plain };
    const moved = lessMedian(encoded, recordMedian(encoded, sequence.shape.encoding));
    const called = this.#ruled(await this.#relative.classify(count, moved, features), 'relative');
    return { plain, relative: called, ...(selfTraining ? { vectors: moved } : {}) };
  }

  /** Of the stage that sees vectors as they are: encoded [count, encoding], features [count, features]. */
  async callPlain(count: number, encoded: Float32Array, features: Float32Array): Promise<SequencePredictions> {
    return this.#ruled(await this.#plain.classify(count, encoded, features), 'plain');
  }

  #ruled(
    { logits, fibrillation }: Awaited<ReturnType<SequenceStage['classify']>>,
    stage: StageName,
  ): SequencePredictions {
    const { sequence, rule } = this.#parts;
    return { ...ruledLogits(logits, fibrillation, sequence.shape.classes, rule), fibrillation, stage };
  }

  release(): void {
    this.#plain.release();
    this.#relative?.release();
  }
}
