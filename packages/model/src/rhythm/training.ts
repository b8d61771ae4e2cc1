import { type Device, f32, i32, type Parameters, type Program, reshape } from '@ecgpu/engine';
import { binaryCrossEntropy } from '../training/binary-cross-entropy.js';
import type { Checkpoint } from '../training/checkpoint.js';
import { type ClassWeighting, classWeights, SQUARE_ROOT } from '../training/class-weights.js';
import { updateParameters } from '../training/parameter-update.js';
import {
  DEFAULT_TRAINING,
  type TrainingHooks,
  type TrainingOptions,
  type TrainingResult,
  type TrainingTask,
  trainNetwork,
} from '../training/train.js';
import {
  emptyRhythmBatch,
  type LabelledRecording,
  RHYTHM_AUGMENTATION,
  type RhythmAugmentation,
  type RhythmBatch,
  RhythmBatches,
} from './batches.js';
import { RHYTHM_CONTRACT, type RhythmContract } from './contract.js';
import {
  RHYTHM_NETWORK,
  RHYTHM_STEP,
  type RhythmNetworkShape,
  rhythmNetwork,
  rhythmNetworkParameters,
} from './network.js';

/** Everything that decides what a training gives, beside the data and the device. */
export interface RhythmTrainingConfig {
  readonly network: RhythmNetworkShape;
  readonly contract: RhythmContract;
  readonly training: TrainingOptions;
  /** Samples of a stretch, one of the contract's lengths. */
  readonly stretch: number;
  readonly augmentation: RhythmAugmentation;
  /** How much more a recording that has a class weighs than one that has not, the rarer the class. */
  readonly weighting: ClassWeighting;
  /** Largest such weight. */
  readonly weightCap: number;
}

/**
 * Stretches of 2,048 samples (16.4 s) hold three in four of the challenge's recordings whole. Nothing here was chosen by its
 * figures: there are too few recordings beside the code to choose on.
 */
export function rhythmTrainingConfig(changes: Partial<TrainingOptions> = {}): RhythmTrainingConfig {
  return {
    network: RHYTHM_NETWORK,
    contract: RHYTHM_CONTRACT,
    training: { ...DEFAULT_TRAINING, epochs: 30, batchSize: 16, ...changes },
    stretch: 2048,
    augmentation: RHYTHM_AUGMENTATION,
    weighting: SQUARE_ROOT,
    weightCap: 6,
  };
}

/** Trains a rhythm network on labelled recordings. @throws EcgError `NO_RECORDINGS` */
export function trainOnRecordings(
  device: Device,
  recordings: readonly LabelledRecording[],
  { network, contract, training, stretch, augmentation, weighting, weightCap }: RhythmTrainingConfig,
  hooks: TrainingHooks & { readonly resume?: Checkpoint } = {},
): Promise<TrainingResult> {
  const { batchSize, seed } = training;
  const size = { leads: contract.leads.length, samples: stretch };
  const counts = contract.classes.map((name) => recordings.filter(({ classes }) => classes.includes(name)).length);
  const batches = new RhythmBatches(recordings, {
    ...{ batchSize, size, classes: contract.classes, augmentation, seed },
    classWeights: classWeights(counts, weighting, { scale: 'least', cap: weightCap }),
  });
  const task: TrainingTask<RhythmBatch> = {
    definitions: rhythmNetworkParameters(network),
    compile: (parameters, onProgress) => compileRhythmStep(device, parameters, network, stretch, training, onProgress),
    batch: emptyRhythmBatch(batchSize, size, contract.classes.length),
    beats: batchSize,
  };
  return trainNetwork(device, task, batches, training, hooks);
}

/** One whole training step: forward, binary cross-entropy of every class, backward, clipped AdamW, moving average. */
async function compileRhythmStep(
  device: Device,
  parameters: Parameters,
  shape: RhythmNetworkShape,
  samples: number,
  { batchSize, weightDecay, maxNorm }: TrainingOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<Program> {
  const answers = batchSize * shape.classes;
  const program = await device.compile(
    {
      signal: f32(batchSize, shape.channels, samples),
      padding: f32(batchSize, samples / RHYTHM_STEP, 1),
      label: i32(answers),
      weight: f32(answers),
    },
    ({ signal, padding, label, weight }) => {
      const { logOdds } = rhythmNetwork(parameters, { signal, padding }, shape, 'training');
      const loss = binaryCrossEntropy(reshape(logOdds, [answers, 1]), label, weight);
      return updateParameters(parameters, loss, { weightDecay, maxNorm });
    },
    { label: 'rhythm training step', ...(onProgress ? { onProgress } : {}) },
  );
  return program as unknown as Program;
}
