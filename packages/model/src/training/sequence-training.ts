import type { Device, ParameterValues } from '@ecgpu/engine';
import { type Augmentation, BeatAugmenter, NO_AUGMENTATION, TRAINING_AUGMENTATION } from '../data/augmentation.js';
import { type BeatSet, classCounts } from '../data/beat-set.js';
import { type EncodedBeats, encodedBeats } from '../data/encoded-beats.js';
import { randomOf } from '../data/random-stream.js';
import { RHYTHM_JITTER, type RhythmJitter, SequenceBatches } from '../data/sequence-batches.js';
import { WINDOW_DRAWS, type WindowDraws } from '../data/sequence-window.js';
import { EncoderProgram, type FillWindows } from '../inference/encoder-program.js';
import type { OutputRule } from '../logits/output-rule.js';
import { type BeatEncoderShape, encodingLength } from '../network/beat-encoder.js';
import { beatVectorLength, joinLeads } from '../network/lead-vectors.js';
import { SEQUENCE_NETWORK, type SequenceNetworkShape, sequenceNetworkParameters } from '../network/sequence-network.js';
import { sequenceContract } from '../preprocess/contract.js';
import { usableBeats } from '../preprocess/signal-problems.js';
import type { Checkpoint } from './checkpoint.js';
import { type ClassLoss, CROSS_ENTROPY, logitOffsets } from './class-loss.js';
import { type ClassWeighting, classWeights, SQUARE_ROOT } from './class-weights.js';
import { SEQUENCE_LOSS, type SequenceLossShares } from './sequence-loss.js';
import { compileSequenceStep, emptySequenceBatch } from './sequence-step.js';
import {
  type TrainingHooks,
  type TrainingOptions,
  type TrainingResult,
  type TrainingTask,
  trainNetwork,
} from './train.js';

/** Everything that decides what the second stage gives, beside the encoder, the data and the device. */
export interface SequenceTrainingConfig {
  readonly network: SequenceNetworkShape;
  /** A batch is so many windows; an epoch `stepsPerEpoch` batches. */
  readonly training: TrainingOptions;
  readonly stepsPerEpoch: number;
  readonly draws: WindowDraws;
  readonly jitter: RhythmJitter;
  readonly loss: SequenceLossShares;
  readonly weighting: ClassWeighting;
  readonly classLoss: ClassLoss;
  /** Augmented versions of every beat's vector, beside the one of the beat as it is. */
  readonly augmentedVersions: number;
  readonly augmentation: Augmentation;
}

export function sequenceTrainingConfig(changes: Partial<TrainingOptions> = {}): SequenceTrainingConfig {
  return {
    network: SEQUENCE_NETWORK,
    training: {
      epochs: 8,
      batchSize: 12,
      peakLearningRate: 3e-3,
      warmup: 0.1,
      weightDecay: 1e-2,
      maxNorm: 2,
      averageDecay: 0.99,
      seed: 0,
      ...changes,
    },
    stepsPerEpoch: 100,
    draws: WINDOW_DRAWS,
    jitter: RHYTHM_JITTER,
    loss: SEQUENCE_LOSS,
    weighting: SQUARE_ROOT,
    classLoss: CROSS_ENTROPY,
    augmentedVersions: 2,
    augmentation: TRAINING_AUGMENTATION,
  };
}

/** The same for the relative stage: no window loses its second lead, as that stage is asked where there is one. */
export function relativeTrainingConfig(config: SequenceTrainingConfig): SequenceTrainingConfig {
  return { ...config, draws: { ...config.draws, secondLeadDrop: 0 } };
}

/**
 * S calls need more where the rhythm looks like fibrillation. Both constants are the best of a grid over the beats of DS1,
 * each classified by a network that had not seen its patient.
 */
export const SEQUENCE_RULE: OutputRule = { class: 1, bias: -1, fibrillation: 4 };

export interface Encoder {
  readonly shape: BeatEncoderShape;
  /** The encoder's tensors; a whole beat network's will do. */
  readonly values: ParameterValues;
}

/**
 * Vectors of all beats of a set, as they are and augmented; of both leads where the set has two, which are shifted and
 * disturbed alike. The encoder is not trained any further.
 *
 * @param copies the same beats changed, as in noise: the augmented versions are of each of them in turn, of the set where there are none.
 */
export async function encodeVersions(
  device: Device,
  { shape, values }: Encoder,
  set: BeatSet,
  config: Pick<SequenceTrainingConfig, 'augmentedVersions' | 'augmentation'> & {
    readonly training: { readonly seed: number };
  },
  onProgress?: (done: number, total: number) => void,
  copies: readonly BeatSet[] = [],
): Promise<EncodedBeats> {
  const program = await EncoderProgram.create(device, values, shape);
  const leads = set.second ? 2 : 1;
  const length = encodingLength(shape);
  const total = leads * (1 + config.augmentedVersions) * set.count;
  let before = 0;
  const versions: Float32Array[] = [];
  try {
    for (let version = 0; version <= config.augmentedVersions; version++) {
      const beats = version === 0 || copies.length === 0 ? set : copies[(version - 1) % copies.length]!;
      const encode = async (lead: BeatSet) => {
        const fill = augmentedWindows(lead, shape, config, version);
        const vectors = await program.encode(lead.count, fill, (done) => onProgress?.(before + done, total));
        before += lead.count;
        return vectors;
      };
      const first = await encode(beats);
      versions.push(
        beats.second ? joinLeads(first, await encode(beats.second), usableBeats(beats.second.problems), length) : first,
      );
    }
  } finally {
    program.release();
  }
  return encodedBeats(set, versions, beatVectorLength(shape, leads), length);
}

/** A version's windows: its draws are the same for each lead. */
function augmentedWindows(
  set: BeatSet,
  { channels, samples }: BeatEncoderShape,
  {
    augmentation,
    training: { seed },
  }: Pick<SequenceTrainingConfig, 'augmentation'> & { readonly training: { readonly seed: number } },
  version: number,
): FillWindows {
  const augmenter = new BeatAugmenter(set, version === 0 ? NO_AUGMENTATION : augmentation);
  const random = randomOf('encoding', seed, version);
  const rhythm = new Float32Array(set.contract.rhythm.features.length);
  const row = channels * samples;
  return (window, from, to) => {
    for (let beat = from; beat < to; beat++) {
      augmenter.write(beat, random, window.subarray((beat - from) * row), rhythm, 0);
    }
  };
}

/** Trains the sequence network on beats that an encoder has turned into vectors. */
export function trainOnSequences(
  device: Device,
  encoded: EncodedBeats,
  config: SequenceTrainingConfig,
  hooks: TrainingHooks & { readonly resume?: Checkpoint } = {},
): Promise<TrainingResult> {
  const { network, training, stepsPerEpoch, draws, jitter, loss, weighting, classLoss } = config;
  const windows = training.batchSize;
  let drawn: readonly number[] = [];
  const batches = new SequenceBatches(encoded, sequenceContract(encoded.set.contract), {
    beats: network.beats,
    windows,
    stepsPerEpoch,
    draws,
    jitter,
    classWeights: (sizes) => {
      drawn = sizes;
      return classWeights(sizes, weighting);
    },
    seed: training.seed,
  });
  const classes = {
    focal: classLoss.focal,
    offsets: logitOffsets(classLoss, { drawn, natural: classCounts(encoded.set) }),
  };
  const { weightDecay, maxNorm } = training;
  const batch = emptySequenceBatch(windows, network);
  const task: TrainingTask<typeof batch> = {
    definitions: sequenceNetworkParameters(network),
    compile: (parameters, onProgress) =>
      compileSequenceStep(
        device,
        parameters,
        network,
        { windows, weightDecay, maxNorm, loss, classLoss: classes },
        onProgress,
      ),
    batch,
    beats: windows * network.beats,
  };
  return trainNetwork(device, task, batches, training, hooks);
}
