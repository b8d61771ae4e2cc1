import type { Device, ParameterValues } from '@ecgpu/engine';
import type { BeatEncoderShape } from './beat-encoder.js';
import { EncoderProgram } from './encode-beats.js';
import { encodeLeads } from './encode-leads.js';
import type { BeatInputs } from './inference.js';
import { type OutputRule, ruledLogits } from './output-rule.js';
import {
  isForRelativeStage,
  isLeftToPlain,
  lessMedian,
  type RelativeStage,
  recordMedian,
  type StageName,
} from './record-median.js';
import type { SequenceNetworkShape } from './sequence-network.js';
import { SequenceStage } from './sequence-stage.js';

export interface SequencePredictions {
  /** [beats, classes], each row summing to 1: after the output rule. */
  readonly probabilities: Float32Array;
  /** [beats, classes]: log-probabilities averaged over the windows that hold the beat, then the output rule. */
  readonly logits: Float32Array;
  /** [beats]: log-odds of atrial fibrillation or flutter, averaged alike. */
  readonly fibrillation: Float32Array;
  /** Which of the model's stages called them. */
  readonly stage: StageName;
}

/** What each stage says of a record, the relative one where the record is for it. */
export interface StagePredictions {
  readonly plain: SequencePredictions;
  readonly relative?: SequencePredictions;
}

/** Of the stage that calls the record. */
export function callingStage(
  { plain, relative }: StagePredictions,
  stage: RelativeStage | undefined,
  classes: number,
): SequencePredictions {
  return relative && stage && !isLeftToPlain(stage, plain.logits, classes) ? relative : plain;
}

export interface SequenceParts {
  readonly encoder: { readonly shape: BeatEncoderShape; readonly values: ParameterValues };
  readonly sequence: { readonly shape: SequenceNetworkShape; readonly values: ParameterValues };
  /** A network of the same shape for the records it says. */
  readonly relative?: { readonly stage: RelativeStage; readonly values: ParameterValues };
  readonly rule: OutputRule;
}

/**
 * Classifies the beats of a record by what they look like and by the rhythm they stand in: an encoder for each beat, and a
 * stage over the vectors of many; which of a model's two calls depends on the record.
 */
export class SequenceClassifier {
  readonly #encoder: EncoderProgram;
  readonly #plain: SequenceStage;
  readonly #relative: SequenceStage | undefined;
  readonly #parts: SequenceParts;

  private constructor(
    encoder: EncoderProgram,
    plain: SequenceStage,
    relative: SequenceStage | undefined,
    parts: SequenceParts,
  ) {
    this.#encoder = encoder;
    this.#plain = plain;
    this.#relative = relative;
    this.#parts = parts;
  }

  static async create(device: Device, parts: SequenceParts): Promise<SequenceClassifier> {
    const { shape, values } = parts.sequence;
    const encoder = await EncoderProgram.create(device, parts.encoder.values, parts.encoder.shape);
    const plain = await SequenceStage.create(device, values, shape);
    const relative = parts.relative && (await SequenceStage.create(device, parts.relative.values, shape));
    return new SequenceClassifier(encoder, plain, relative, parts);
  }

  /** Beats of one record, in the order of time. A record shorter than a window is prolonged by its last beat. */
  async predict(beats: BeatInputs, onProgress?: (done: number, total: number) => void): Promise<SequencePredictions> {
    const { sequence, relative } = this.#parts;
    return callingStage(await this.predictByStages(beats, onProgress), relative?.stage, sequence.shape.classes);
  }

  /** The same, by each stage that may call the record. */
  async predictByStages(
    beats: BeatInputs,
    onProgress?: (done: number, total: number) => void,
  ): Promise<StagePredictions> {
    const { count, features } = beats;
    const { sequence, relative } = this.#parts;
    const joined = await encodeLeads(this.#encoder, this.#parts, beats, onProgress);
    const plain = await this.classify(count, joined, features);
    if (!this.#relative || !isForRelativeStage(relative?.stage, beats)) return { plain };
    const moved = lessMedian(joined, recordMedian(joined, sequence.shape.encoding));
    return { plain, relative: this.#ruled(await this.#relative.classify(count, moved, features), 'relative') };
  }

  /**
   * The same for beats that are encoded already, by the stage that sees vectors as they are: encoded [count, encoding],
   * features [count, features].
   */
  async classify(count: number, encoded: Float32Array, features: Float32Array): Promise<SequencePredictions> {
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
    this.#encoder.release();
    this.#plain.release();
    this.#relative?.release();
  }
}
