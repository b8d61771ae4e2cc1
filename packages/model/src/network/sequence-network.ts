import { concat, gru, linear, type ParameterDefinitions, type Parameters, type Tensor } from '@ecgpu/engine';
import { networkDropout } from './dropout.js';
import type { NetworkMode } from './mode.js';

/** What may differ between sequence networks; part of a model file. */
export interface SequenceNetworkShape {
  /** Consecutive beats seen at once. */
  readonly beats: number;
  /** Length of the beat encoder's vector. */
  readonly encoding: number;
  /** Rhythm features of a beat. */
  readonly features: number;
  /** Width of the rhythm branch, and of each direction of its GRU. */
  readonly rhythm: number;
  readonly dense: number;
  /** Units of the GRU over beats in each direction. */
  readonly hidden: number;
  readonly classes: number;
  readonly dropout: number;
}

/** The network of the shipped `sequence` model: 35,121 parameters beside the encoder's. */
export const SEQUENCE_NETWORK: SequenceNetworkShape = {
  beats: 64,
  encoding: 64,
  features: 12,
  rhythm: 24,
  dense: 48,
  hidden: 32,
  classes: 4,
  dropout: 0.3,
};

export function sequenceNetworkParameters(shape: SequenceNetworkShape): ParameterDefinitions {
  const { encoding, features, rhythm, dense, hidden, classes } = shape;
  const layer = (name: string, out: number, inner: number): ParameterDefinitions => ({
    [`${name}.weight`]: { shape: [out, inner], init: { uniform: 1 / Math.sqrt(inner) } },
    [`${name}.bias`]: { shape: [out], init: { uniform: 1 / Math.sqrt(inner) } },
  });
  const recurrent = (name: string, units: number, inner: number): ParameterDefinitions => {
    const init = { uniform: 1 / Math.sqrt(units) };
    return {
      [`${name}.inputWeight`]: { shape: [2, 3 * units, inner], init },
      [`${name}.recurrentWeight`]: { shape: [2, 3 * units, units], init },
      [`${name}.inputBias`]: { shape: [2, 3 * units], init },
      [`${name}.recurrentBias`]: { shape: [2, 3 * units], init },
    };
  };
  return {
    ...layer('rhythm.dense', rhythm, features),
    ...recurrent('rhythm.gru', rhythm, rhythm),
    ...layer('fibrillation', 1, 2 * rhythm),
    ...layer('join', dense, encoding + features + 2 * rhythm),
    ...layer('beat', classes, dense),
    ...recurrent('sequence.gru', hidden, dense),
    ...layer('dense', dense, dense + 2 * hidden),
    ...layer('output', classes, dense),
  };
}

export interface SequenceNetworkInputs {
  /** f32 [batch, beats, encoding]: the beat encoder's vectors. */
  readonly encoded: Tensor;
  /** f32 [batch, beats, features]. */
  readonly rhythm: Tensor;
}

export interface SequenceNetworkOutputs {
  /** f32 [batch, beats, classes]. */
  readonly logits: Tensor;
  /** f32 [batch, beats, classes]: from each beat alone, to train the joint layer (auxiliary). */
  readonly beatLogits: Tensor;
  /** f32 [batch, beats, 1]: log-odds of atrial fibrillation or flutter, from the rhythm alone (auxiliary). */
  readonly fibrillation: Tensor;
}

/**
 * Classes of a run of beats: a rhythm branch sees intervals only, so that it cannot learn patients by their waveform;
 * the joint vector of each beat goes through a bidirectional GRU over the beats.
 */
export function sequenceNetwork(
  parameters: Pick<Parameters, 'get'>,
  { encoded, rhythm }: SequenceNetworkInputs,
  shape: SequenceNetworkShape,
  mode: Exclude<NetworkMode, 'frozenStatistics'>,
): SequenceNetworkOutputs {
  const dense = (x: Tensor, name: string, activation: 'relu' | 'none' = 'none') =>
    linear(x, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`), { activation });
  const recur = (x: Tensor, name: string) =>
    gru(x, {
      inputWeight: parameters.get(`${name}.inputWeight`),
      recurrentWeight: parameters.get(`${name}.recurrentWeight`),
      inputBias: parameters.get(`${name}.inputBias`),
      recurrentBias: parameters.get(`${name}.recurrentBias`),
    });
  const drop = networkDropout(shape, mode);

  const course = recur(dense(rhythm, 'rhythm.dense', 'relu'), 'rhythm.gru');
  const joined = dense(concat([drop(encoded), rhythm, drop(course)], 2), 'join', 'relu');
  const states = recur(joined, 'sequence.gru');
  const head = dense(drop(concat([joined, states], 2)), 'dense', 'relu');
  return {
    logits: dense(drop(head), 'output'),
    beatLogits: dense(joined, 'beat'),
    fibrillation: dense(course, 'fibrillation'),
  };
}
