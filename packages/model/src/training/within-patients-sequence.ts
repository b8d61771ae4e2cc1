import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { beatVectorLength } from '../network/lead-vectors.js';
import { SEQUENCE_NETWORK } from '../network/sequence-network.js';
import type { BeatTrainingConfig } from './beat-training.js';
import { CROSS_ENTROPY } from './class-loss.js';
import { SEQUENCE_FINETUNE, type SequenceFinetuneOptions } from './finetune-sequence.js';
import { type SequenceTrainingConfig, sequenceTrainingConfig } from './sequence-training.js';
import type { TrainingOptions } from './train.js';
import { FIVE_CLASS_CONTRACT, withinPatientsConfig } from './within-patients.js';

/**
 * Networks that have not learned from a patient, and what they are asked about that patient: over the same vectors, some for each group of
 * patients, learned from the other groups.
 */
export interface StrangersJudgement {
  /** Groups that the patients are dealt to. */
  readonly groups: number;
  /** Networks for each group, from seeds that follow each other. */
  readonly members: number;
  /** Classes that they are asked about, where the patient has not shown them. */
  readonly classes: readonly BeatLabel[];
}

/** Everything that decides what the protocol of known patients gives with a sequence model, beside data and device. */
export interface WithinPatientsSequence {
  readonly encoder: BeatTrainingConfig;
  readonly sequence: SequenceTrainingConfig;
  /** Networks over one encoder's vectors, from seeds that follow each other; their log-probabilities are averaged. */
  readonly members: number;
  /** How each network is then fine-tuned on each patient's own beats. */
  readonly adaptation: SequenceFinetuneOptions;
  /**
   * Chance that regular windows of a patient who has shown no S get premature beats, or S would be unlearned as something that this
   * patient does not have.
   */
  readonly premature: number;
  readonly judgement: StrangersJudgement;
  /** Added to the log-probabilities of the contract's classes before they are compared. */
  readonly offsets: readonly number[];
}

/**
 * A sequence model for patients who are known: trained on the earlier beats of all of them, then fine-tuned on each one's own. No class
 * weighs more than another anywhere, so that classes are called as often as these patients have them. Steps, shares and offsets were
 * chosen inside the part that is learned from: trained on the first 48 % of each record and scored on the next 16 %, and trained on the first
 * 64 % and scored on the next 16 %.
 */
export function withinPatientsSequence({
  seed = 0,
  epochs,
}: Partial<Pick<TrainingOptions, 'seed' | 'epochs'>> = {}): WithinPatientsSequence {
  const encoder = withinPatientsConfig({ seed, epochs: epochs ?? 6 });
  const { classes } = FIVE_CLASS_CONTRACT;
  const { draws } = encoder;
  const each = (times: number) => ({ ...draws.F!, beats: { times } });
  const stage = sequenceTrainingConfig({ seed, epochs: epochs ?? 16 });
  return {
    // Every beat is there twice, once in each lead.
    encoder: { ...encoder, draws: { ...draws, S: each(1), V: each(0.5), F: each(1) } },
    sequence: {
      ...stage,
      network: { ...SEQUENCE_NETWORK, encoding: beatVectorLength(encoder.network, 2), classes: classes.length },
      draws: { ...stage.draws, classShares: { N: 0.4, S: 0.2, V: 0.2, F: 0.1, Q: 0.1 }, secondLeadDrop: 0.1 },
      weighting: { method: 'power', exponent: 0 },
      classLoss: { ...CROSS_ENTROPY, naturalShares: true },
      augmentation: encoder.augmentation,
    },
    members: 3,
    adaptation: { ...SEQUENCE_FINETUNE, steps: 250, learningRate: 2e-3, weightCap: 1, seed },
    premature: 0.3,
    judgement: { groups: 3, members: 2, classes: ['S'] },
    offsets: [0, -0.5, -0.5, 0.5, 0],
  };
}
