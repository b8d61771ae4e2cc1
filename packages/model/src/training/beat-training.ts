import type { Device } from '@ecgpu/engine';
import { TRAINING_AUGMENTATION } from '../data/augmentation.js';
import type { BeatSet } from '../data/beat-set.js';
import { EpochBatches } from '../data/epoch-batches.js';
import { BALANCED_DRAWS } from '../data/epoch-sampler.js';
import type { BeatNetworkShape } from '../network.js';
import type { Checkpoint } from './checkpoint.js';
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
  /** How much rarer classes weigh more in the loss. */
  readonly weighting: ClassWeighting;
}

/**
 * Square-root weights: with inverse frequencies the rarest class (F, one patient) would weigh 24 times the commonest, and
 * what they gain in sensitivity they lose several times over in positive predictivity.
 */
export function beatTrainingConfig(
  network: BeatNetworkShape,
  changes: Partial<TrainingOptions> = {},
): BeatTrainingConfig {
  return { network, training: { ...DEFAULT_TRAINING, ...changes }, weighting: SQUARE_ROOT };
}

/** Trains on a set of annotated beats: balanced draws, augmentation and class-weighted loss. */
export function trainOnBeats(
  device: Device,
  set: BeatSet,
  { network, training, weighting }: BeatTrainingConfig,
  hooks: TrainingHooks & { readonly resume?: Checkpoint } = {},
): Promise<TrainingResult> {
  const batches = new EpochBatches(set, {
    batchSize: training.batchSize,
    draws: BALANCED_DRAWS,
    augmentation: TRAINING_AUGMENTATION,
    classWeights: (sizes) => classWeights(sizes, weighting),
    seed: training.seed,
  });
  return trainBeatNetwork(device, network, batches, training, hooks);
}
