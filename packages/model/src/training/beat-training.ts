import type { Device } from '@ecgpu/engine';
import { type Augmentation, TRAINING_AUGMENTATION } from '../data/augmentation.js';
import { type BeatSet, classCounts } from '../data/beat-set.js';
import { EpochBatches } from '../data/epoch-batches.js';
import { BALANCED_DRAWS, type EpochDraws } from '../data/epoch-sampler.js';
import { EpochsInTurn } from '../data/epochs-in-turn.js';
import type { BeatNetworkShape } from '../network/beat-network.js';
import type { Checkpoint } from './checkpoint.js';
import { type ClassLoss, CROSS_ENTROPY, logitOffsets } from './class-loss.js';
import { type ClassWeighting, classWeights, SQUARE_ROOT } from './class-weights.js';
import {
  DEFAULT_TRAINING,
  type TrainingHooks,
  type TrainingOptions,
  type TrainingResult,
  trainBeatNetwork,
} from './train.js';

/** Everything that decides what a training gives, beside the data and the device: kept in the run's folder. */
export interface BeatTrainingConfig {
  readonly network: BeatNetworkShape;
  readonly training: TrainingOptions;
  /** Which beats an epoch shows. */
  readonly draws: EpochDraws;
  /** How much rarer classes weigh more in the loss. */
  readonly weighting: ClassWeighting;
  readonly loss: ClassLoss;
  readonly augmentation: Augmentation;
}

/**
 * Square-root weights: with inverse frequencies the rarest class (F, one patient) would weigh 24 times the commonest. In
 * cross-validation inside DS1 weights, focal loss and logit adjustment differ by no more than one training from another.
 */
export function beatTrainingConfig(
  network: BeatNetworkShape,
  changes: Partial<TrainingOptions> = {},
): BeatTrainingConfig {
  return {
    network,
    training: { ...DEFAULT_TRAINING, ...changes },
    draws: BALANCED_DRAWS,
    weighting: SQUARE_ROOT,
    loss: CROSS_ENTROPY,
    augmentation: TRAINING_AUGMENTATION,
  };
}

/**
 * Trains on a set of annotated beats, with a margin as wide as the augmentation's shift.
 *
 * @param copies the same beats changed, as in noise: epochs learn from each of them in turn, and from the set only where there are none.
 * @throws EcgError `CLASS_LOSS`, `CLASS_WEIGHTS`, and of the sampler and the augmentation.
 */
export function trainOnBeats(
  device: Device,
  set: BeatSet,
  { network, training, draws, weighting, loss, augmentation }: BeatTrainingConfig,
  hooks: TrainingHooks & { readonly resume?: Checkpoint } = {},
  copies: readonly BeatSet[] = [],
): Promise<TrainingResult> {
  const batchesOf = (beats: BeatSet) =>
    new EpochBatches(beats, {
      batchSize: training.batchSize,
      draws,
      augmentation,
      classWeights: (sizes) => classWeights(sizes, weighting),
      seed: training.seed,
    });
  const all = (copies.length > 0 ? copies : [set]).map(batchesOf);
  const batches = new EpochsInTurn(all);
  const offsets = logitOffsets(loss, { drawn: all[0]!.classSizes, natural: classCounts(set) });
  return trainBeatNetwork(device, network, batches, { ...training, focal: loss.focal, offsets }, hooks);
}
