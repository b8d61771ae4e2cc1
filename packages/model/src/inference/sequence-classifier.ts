import type { Device } from '@ecgpu/engine';
import { probabilitiesAt } from '../confidence/temperature.js';
import { isLeftToPlain, type RelativeStage, type StageName } from '../record/median.js';
import { type SelfTraining, selfTrained } from '../record/self-training.js';
import type { BeatInputs } from './beat-classifier.js';
import { encodeLeads } from './encode-leads.js';
import { EncoderProgram } from './encoder-program.js';
import { releasedOnFailure } from './released-on-failure.js';
import type { SequenceParts } from './sequence-parts.js';
import { SequenceStages, type StageOutputs } from './sequence-stages.js';

export interface SequencePredictions {
  /** [beats, classes], each row summing to 1: after the output rule. */
  readonly probabilities: Float32Array;
  /** [beats, classes]: log-probabilities averaged over the windows that hold the beat, then the output rule, then any self-training. */
  readonly logits: Float32Array;
  /** [beats]: log-odds of atrial fibrillation or flutter, averaged alike. */
  readonly fibrillation: Float32Array;
  /** Which of the model's stages called them. */
  readonly stage: StageName;
}

/** How a record's calls follow from what the stages say. */
export interface CallingRule {
  readonly relative: RelativeStage | undefined;
  readonly selfTraining: SelfTraining | undefined;
  readonly classes: number;
}

/**
 * Of the stage that calls the record; after self-training where that is the relative one. Records of the plain one are left as they are: inside
 * DS1 self-training gains at most .003 of score3 there, and costs S of two leads where most beats are S (docs/experiments.md). In stretches it was not measured.
 *
 * @param vectors of each member, as its relative stage saw them.
 */
export function callRecord(
  { plain, relative }: { readonly plain: SequencePredictions; readonly relative?: SequencePredictions },
  vectors: readonly Float32Array[],
  { relative: stage, selfTraining, classes }: CallingRule,
): SequencePredictions {
  if (!relative || !stage || isLeftToPlain(stage, plain.logits, classes)) return plain;
  if (!selfTraining) return relative;
  const logits = selfTrained(relative.logits, classes, vectors, selfTraining);
  return { ...relative, logits, probabilities: probabilitiesAt(logits, classes, 1) };
}

/** One network of a {@link SequenceEnsemble}: an encoder for each beat, and the stages over the vectors of many. */
export class SequenceClassifier {
  readonly #encoder: EncoderProgram;
  readonly #stages: SequenceStages;
  readonly #parts: SequenceParts;

  private constructor(encoder: EncoderProgram, stages: SequenceStages, parts: SequenceParts) {
    this.#encoder = encoder;
    this.#stages = stages;
    this.#parts = parts;
  }

  static async create(device: Device, parts: SequenceParts): Promise<SequenceClassifier> {
    const encoder = await EncoderProgram.create(device, parts.encoder.values, parts.encoder.shape);
    const stages = await releasedOnFailure(encoder, () => SequenceStages.create(device, parts));
    return new SequenceClassifier(encoder, stages, parts);
  }

  /** [count, encoding]: what stands for each beat. */
  encode(beats: BeatInputs, onProgress?: (done: number, total: number) => void): Promise<Float32Array> {
    return encodeLeads(this.#encoder, this.#parts, beats, onProgress);
  }

  /** Beats that are encoded already, [count, encoding], by each stage that may call the record, before output rule and self-training. */
  callByStages(encoded: Float32Array, beats: BeatInputs): Promise<StageOutputs> {
    return this.#stages.call(encoded, beats);
  }

  release(): void {
    this.#encoder.release();
    this.#stages.release();
  }
}
