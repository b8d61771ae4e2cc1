import { type Device, f32, i32, type Parameters, type Program } from '@ecgpu/engine';
import { type SequenceNetworkShape, sequenceNetwork } from '../network/sequence-network.js';
import { type ParameterUpdateOptions, updateParameters } from './parameter-update.js';
import { type ClassLossOptions, type SequenceLossShares, sequenceLoss } from './sequence-loss.js';

/** One batch of windows of consecutive beats. */
export interface SequenceBatch {
  /** [windows, beats, encoding]. */
  readonly encoded: Float32Array;
  /** [windows, beats, features]. */
  readonly rhythm: Float32Array;
  /** [windows · beats]. */
  readonly label: Int32Array;
  /** [windows · beats]: the loss weight of each beat. */
  readonly weight: Float32Array;
  /** [windows · beats]: 1 in atrial fibrillation or flutter. */
  readonly fibrillation: Int32Array;
}

export function emptySequenceBatch(
  windows: number,
  { beats, encoding, features }: SequenceNetworkShape,
): SequenceBatch {
  const rows = windows * beats;
  return {
    encoded: new Float32Array(rows * encoding),
    rhythm: new Float32Array(rows * features),
    label: new Int32Array(rows),
    weight: new Float32Array(rows),
    fibrillation: new Int32Array(rows),
  };
}

export interface SequenceStepOptions extends ParameterUpdateOptions {
  readonly windows: number;
  readonly loss: SequenceLossShares;
  readonly classLoss?: ClassLossOptions;
}

/**
 * One whole training step of the sequence network as one program: forward, losses, backward, clipped AdamW, moving average.
 * Each run needs the scalars learningRate, step (from 1), seed and averageDecay.
 */
export async function compileSequenceStep(
  device: Device,
  parameters: Parameters,
  shape: SequenceNetworkShape,
  { windows, loss: shares, classLoss, ...update }: SequenceStepOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<Program> {
  const rows = windows * shape.beats;
  const program = await device.compile(
    {
      encoded: f32(windows, shape.beats, shape.encoding),
      rhythm: f32(windows, shape.beats, shape.features),
      label: i32(rows),
      weight: f32(rows),
      fibrillation: i32(rows),
    },
    ({ encoded, rhythm, ...targets }) => {
      const outputs = sequenceNetwork(parameters, { encoded, rhythm }, shape, 'training');
      const loss = sequenceLoss(outputs, targets, shares, classLoss);
      return updateParameters(parameters, loss, update);
    },
    { label: 'sequence training step', ...(onProgress ? { onProgress } : {}) },
  );
  return program as unknown as Program;
}
