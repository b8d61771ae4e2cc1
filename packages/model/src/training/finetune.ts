import { type Device, Parameters, type ParameterValues, warmupCosine } from '@ecgpu/engine';
import { LIGHT_AUGMENTATION } from '../data/augmentation.js';
import { type BeatSet, joinBeatSets } from '../data/beat-set.js';
import { EpochBatches } from '../data/epoch-batches.js';
import { EVERY_BEAT } from '../data/epoch-sampler.js';
import { requireStreams } from '../data/random-stream.js';
import { releasedOnFailure } from '../inference/released-on-failure.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import type { BeatNetworkShape } from '../network/beat-network.js';
import { classWeights, SQUARE_ROOT } from './class-weights.js';
import { compileTrainingStep, emptyBatch } from './step.js';

export interface FinetuneOptions {
  readonly epochs: number;
  /** Of all epochs together, instead of what `epochs` gives. */
  readonly steps?: number;
  /** `head`: the beat encoder stays as it is. */
  readonly layers: 'all' | 'head';
  readonly batchSize: number;
  readonly learningRate: number;
  /** How much more a beat of the patient weighs than one of the rehearsal set. */
  readonly ownWeight: number;
  /** Largest class weight, relative to the smallest. */
  readonly weightCap: number;
  readonly maxNorm: number;
  readonly seed: number;
}

export const DEFAULT_FINETUNE: FinetuneOptions = {
  epochs: 15,
  layers: 'all',
  batchSize: 32,
  learningRate: 1e-3,
  ownWeight: 2,
  weightCap: 6,
  maxNorm: 2,
  seed: 0,
};

/**
 * Adapts a model to a patient: its layers on the patient's annotated beats, together with rehearsal beats of other people,
 * so that classes the patient has not shown are not forgotten. Running statistics stay as they are.
 *
 * @param rehearsal beats from the model's own training set, a few of each class; may be empty.
 * @throws EcgError `TRAINING_TOO_LONG`, and of the batches
 */
export async function finetuneOnPatient(
  device: Device,
  values: ParameterValues,
  shape: BeatNetworkShape,
  own: BeatSet,
  rehearsal: BeatSet,
  options: FinetuneOptions = DEFAULT_FINETUNE,
  onStep?: (step: number, total: number) => void,
): Promise<ParameterValues> {
  const { epochs, layers, batchSize, learningRate, ownWeight, weightCap, maxNorm, seed } = options;
  const batches = new EpochBatches(joinBeatSets(own, rehearsal), {
    batchSize,
    draws: EVERY_BEAT,
    augmentation: LIGHT_AUGMENTATION,
    classWeights: (sizes) => classWeights(sizes, SQUARE_ROOT, { scale: 'least', cap: weightCap }),
    weightOf: (beat) => (beat < own.count ? ownWeight : 1),
    seed,
  });
  const total = options.steps ?? epochs * batches.stepsPerEpoch;
  requireStreams(Math.ceil(total / batches.stepsPerEpoch), batches.stepsPerEpoch);
  const parameters = new Parameters(device, values);
  const encoder = new Set(Object.keys(beatEncoderParameters(shape)));
  const rateOf = (name: string) => (layers === 'head' && encoder.has(name) ? 0 : 1);
  const mode = { batchSize, mode: 'frozenStatistics', weightDecay: 0, maxNorm, average: false, rateOf } as const;
  const program = await releasedOnFailure(parameters, () => compileTrainingStep(device, parameters, shape, mode));
  const batch = emptyBatch(batchSize, shape);
  const rate = warmupCosine({ peak: learningRate, total });
  try {
    for (let step = 0; step < total; step++) {
      const inEpoch = step % batches.stepsPerEpoch;
      if (inEpoch === 0) batches.startEpoch(step / batches.stepsPerEpoch);
      batches.fill(inEpoch, batch);
      program.run({ ...batch }, { learningRate: rate(step), step: step + 1, seed });
      // One loss in a while keeps the device's queue short.
      if (step % 8 === 7) await program.readScalar('loss');
      onStep?.(step + 1, total);
    }
    return await parameters.read();
  } finally {
    program.release();
    parameters.release();
  }
}
