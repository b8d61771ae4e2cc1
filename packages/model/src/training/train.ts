import { EcgError } from '@ecgpu/ecg-dsp';
import {
  averageOf,
  type Device,
  initialise,
  type ParameterDefinitions,
  Parameters,
  type ParameterValues,
  type Program,
  type TensorData,
  warmupCosine,
} from '@ecgpu/engine';
import { requireStreams } from '../data/random-stream.js';
import { releasedOnFailure } from '../inference/released-on-failure.js';
import { type BeatNetworkShape, beatNetworkParameters } from '../network/beat-network.js';
import { type Checkpoint, captureCheckpoint, restoreCheckpoint } from './checkpoint.js';
import { type BeatBatch, compileTrainingStep, emptyBatch, type StepOptions } from './step.js';

export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly peakLearningRate: number;
  /** Share of all steps over which the learning rate rises. */
  readonly warmup: number;
  readonly weightDecay: number;
  readonly maxNorm: number;
  /** Largest decay of the weights' moving average; it starts lower: min(this, (1 + t)/(10 + t)). */
  readonly averageDecay: number;
  readonly seed: number;
}

export const DEFAULT_TRAINING: TrainingOptions = {
  epochs: 10,
  batchSize: 128,
  peakLearningRate: 2e-3,
  warmup: 0.1,
  weightDecay: 1e-2,
  maxNorm: 2,
  averageDecay: 0.995,
  seed: 0,
};

/** Where batches come from. Everything drawn in an epoch depends on seed and epoch alone, so an epoch can be redone. */
export interface BatchSource<Batch> {
  readonly stepsPerEpoch: number;
  startEpoch(epoch: number): void;
  /** Fills `batch` with the epoch's n-th batch. */
  fill(step: number, batch: Batch): void;
}

/** What is trained, as the training loop needs to know it. */
export interface TrainingTask<Batch> {
  readonly definitions: ParameterDefinitions;
  /** A step that takes a batch, and the scalars learningRate, step, seed and averageDecay, and gives `loss` and `norm`. */
  readonly compile: (parameters: Parameters, onProgress?: (done: number, total: number) => void) => Promise<Program>;
  readonly batch: Batch;
  /** Beats in a batch. */
  readonly beats: number;
}

export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  readonly step: number;
  /** Mean over the epoch's steps. */
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly beatsPerSecond: number;
  /** Score of the averaged weights on people held out, where there is a validation. */
  readonly validation?: number;
}

/** The averaged weights of the epoch that scored best on people held out. */
export interface BestEpoch {
  readonly epoch: number;
  readonly score: number;
  readonly values: ParameterValues;
}

/** Early stopping: the weights of the best epoch are the result, and training ends when none was better for a while. */
export interface Validation {
  /** Higher is better. Must depend on the weights alone, or a resumed training differs. */
  readonly score: (averaged: ParameterValues) => Promise<number>;
  /** Epochs without a better score after which training ends. */
  readonly patience: number;
  /** Of the epochs before the one that is resumed. */
  readonly best?: BestEpoch;
  readonly onBest?: (best: BestEpoch) => Promise<void>;
}

export interface TrainingHooks {
  readonly onCompile?: (done: number, total: number) => void;
  readonly onStep?: (step: number, total: number, loss: number) => void;
  /** After each epoch, with everything needed to go on from here. */
  readonly onEpoch?: (report: EpochReport, checkpoint: () => Promise<Checkpoint>) => Promise<void> | void;
  readonly validation?: Validation;
  readonly signal?: AbortSignal;
}

export interface TrainingResult {
  /** The moving average of weights and statistics: what is evaluated and saved. With a validation, of the best epoch. */
  readonly averaged: ParameterValues;
  readonly reports: readonly EpochReport[];
}

/** Losses are fetched this many steps late, so that the device never waits for the host. */
const IN_FLIGHT = 4;

/** Trains a beat network. @see trainNetwork */
export function trainBeatNetwork(
  device: Device,
  shape: BeatNetworkShape,
  source: BatchSource<BeatBatch>,
  options: TrainingOptions & Pick<StepOptions, 'focal' | 'offsets'>,
  hooks: TrainingHooks & { readonly resume?: Checkpoint } = {},
): Promise<TrainingResult> {
  const { batchSize, weightDecay, maxNorm, focal = 0, offsets = [] } = options;
  const mode = 'training';
  const stepOptions = { batchSize, mode, weightDecay, maxNorm, focal, offsets, average: true } as const;
  const task: TrainingTask<BeatBatch> = {
    definitions: beatNetworkParameters(shape),
    compile: (parameters, onProgress) => compileTrainingStep(device, parameters, shape, stepOptions, onProgress),
    batch: emptyBatch(batchSize, shape),
    beats: batchSize,
  };
  return trainNetwork(device, task, source, options, hooks);
}

/**
 * Trains a network from its initial values, or goes on from `resume`, and gives the averaged weights.
 * The same device, seed and data give the same bits, interrupted or not.
 *
 * @throws EcgError `TRAINING_TOO_LONG`; `TRAINING_DIVERGED` at the end of an epoch whose loss is no number; it leaves no checkpoint.
 */
export async function trainNetwork<Batch extends Readonly<Record<keyof Batch, TensorData>>>(
  device: Device,
  { definitions, compile, batch, beats }: TrainingTask<Batch>,
  source: BatchSource<Batch>,
  options: Omit<TrainingOptions, 'batchSize' | 'weightDecay' | 'maxNorm'>,
  hooks: TrainingHooks & { readonly resume?: Checkpoint } = {},
): Promise<TrainingResult> {
  const { epochs, peakLearningRate, warmup, averageDecay, seed } = options;
  requireStreams(epochs, source.stepsPerEpoch);
  const parameters = new Parameters(device, initialise(definitions, seed));
  const program = await releasedOnFailure(parameters, () => compile(parameters, hooks.onCompile));
  let step = 0;
  let firstEpoch = 0;
  const total = epochs * source.stepsPerEpoch;
  const learningRate = warmupCosine({ peak: peakLearningRate, total, warmup: Math.round(warmup * total) });
  const reports: EpochReport[] = [];
  const { validation } = hooks;
  let best = validation?.best;
  const validate = async (epoch: number, { score, onBest }: Validation) => {
    const values = await parameters.read(averageOf(parameters));
    const reached = await score(values);
    if (best === undefined || reached > best.score) {
      best = { epoch, score: reached, values };
      await onBest?.(best);
    }
    return reached;
  };
  const inputs = Object.fromEntries(Object.entries<TensorData>(batch));
  try {
    if (hooks.resume) {
      restoreCheckpoint(hooks.resume, parameters);
      step = hooks.resume.step;
      firstEpoch = hooks.resume.epoch;
    }
    for (let epoch = firstEpoch; epoch < epochs; epoch++) {
      if (validation && best && epoch - best.epoch >= validation.patience) break;
      const start = performance.now();
      source.startEpoch(epoch);
      const sums = { loss: 0, norm: 0 };
      const pending: Promise<readonly [number, number]>[] = [];
      const settle = async () => {
        const [loss, norm] = await pending.shift()!;
        sums.loss += loss;
        sums.norm += norm;
        return loss;
      };
      for (let i = 0; i < source.stepsPerEpoch; i++) {
        hooks.signal?.throwIfAborted();
        source.fill(i, batch);
        program.run(inputs, {
          learningRate: learningRate(step),
          step: step + 1,
          seed,
          averageDecay: Math.min(averageDecay, (1 + step) / (10 + step)),
        });
        step++;
        const read = Promise.all([program.readScalar('loss'), program.readScalar('norm')]);
        // Of several that a lost device rejects, one is told; nobody waits for the others any more.
        read.catch(() => {});
        pending.push(read);
        if (pending.length >= IN_FLIGHT) hooks.onStep?.(step, total, await settle());
      }
      while (pending.length > 0) await settle();
      if (!Number.isFinite(sums.loss)) throw diverged(epoch + 1, sums.loss);
      const report: EpochReport = {
        epoch: epoch + 1,
        step,
        loss: sums.loss / source.stepsPerEpoch,
        gradientNorm: sums.norm / source.stepsPerEpoch,
        learningRate: learningRate(step - 1),
        beatsPerSecond: (source.stepsPerEpoch * beats) / ((performance.now() - start) / 1e3),
      };
      const validated = validation ? { ...report, validation: await validate(epoch + 1, validation) } : report;
      reports.push(validated);
      await hooks.onEpoch?.(validated, () => captureCheckpoint(parameters, { epoch: epoch + 1, step }));
    }
    return { averaged: best?.values ?? (await parameters.read(averageOf(parameters))), reports };
  } finally {
    program.release();
    parameters.release();
  }
}

function diverged(epoch: number, loss: number): EcgError {
  return new EcgError(
    'TRAINING_DIVERGED',
    `The loss of epoch ${epoch} is ${loss}: the weights are of no use any more.`,
    {
      where: `epoch ${epoch}`,
      fix: 'Train with a smaller learning rate, or with less of what was put on the loss (focal, logit adjustment, weights).',
    },
  );
}
