import { type Device, f32, i32, type Parameters, type Program } from '@ecgpu/engine';
import { type BeatNetworkShape, beatNetwork } from '../network/beat-network.js';
import type { NetworkMode } from '../network/mode.js';
import { classLoss } from './class-loss.js';
import { type ParameterUpdateOptions, updateParameters } from './parameter-update.js';

/** One batch, laid out for the network. A padded row has weight 0. */
export interface BeatBatch {
  /** [batch, channels, samples]. */
  readonly window: Float32Array;
  /** [batch, features]. */
  readonly rhythm: Float32Array;
  /** [batch]. */
  readonly label: Int32Array;
  /** [batch]: the loss weight of each beat. */
  readonly weight: Float32Array;
}

export function emptyBatch(size: number, { channels, samples, features }: BeatNetworkShape): BeatBatch {
  return {
    window: new Float32Array(size * channels * samples),
    rhythm: new Float32Array(size * features),
    label: new Int32Array(size),
    weight: new Float32Array(size),
  };
}

export interface StepOptions extends ParameterUpdateOptions {
  readonly batchSize: number;
  readonly mode: Exclude<NetworkMode, 'inference'>;
  /** γ of the focal loss; 0, the default, is cross-entropy. */
  readonly focal?: number;
  /** Added to each class's logit in the loss only. Default none. */
  readonly offsets?: readonly number[];
}

export type TrainingStep = Program;

/**
 * One whole training step as one program: forward, weighted loss, backward, clipped AdamW, moving average.
 * Each run needs the scalars learningRate, step (from 1), seed, and averageDecay where an average is kept.
 */
export async function compileTrainingStep(
  device: Device,
  parameters: Parameters,
  shape: BeatNetworkShape,
  options: StepOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<TrainingStep> {
  const { batchSize, mode, focal = 0, offsets = [], ...update } = options;
  const program = await device.compile(
    {
      window: f32(batchSize, shape.channels, shape.samples),
      rhythm: f32(batchSize, shape.features),
      label: i32(batchSize),
      weight: f32(batchSize),
    },
    ({ window, rhythm, label, weight }) => {
      const { logits } = beatNetwork(parameters, { window, rhythm }, shape, mode);
      const loss = classLoss(logits, label, weight, focal, offsets);
      return updateParameters(parameters, loss, update);
    },
    { label: 'training step', ...(onProgress ? { onProgress } : {}) },
  );
  return program as unknown as TrainingStep;
}
