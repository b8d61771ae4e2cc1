import { linear, type ParameterDefinitions, type Parameters, type Tensor } from '@ecgpu/engine';
import { type BeatEncoderShape, beatEncoder, beatEncoderParameters, encodingLength } from '../network/beat-encoder.js';
import { networkDropout } from '../network/dropout.js';
import type { NetworkMode } from '../network/mode.js';

/** What may differ between rhythm networks; part of a model file. `samples` is not: one network takes several lengths. */
export interface RhythmNetworkShape extends Omit<BeatEncoderShape, 'samples'> {
  readonly dense: number;
  readonly classes: number;
}

/** Blocks of the beat classifier, on twelve leads of a whole recording. */
export const RHYTHM_NETWORK: RhythmNetworkShape = {
  channels: 12,
  filters: [32, 48, 64, 64],
  hidden: 32,
  attention: 32,
  dense: 48,
  classes: 9,
  dropout: 0.3,
};

/** Three poolings halve the time axis. */
export const RHYTHM_STEP = 8;

/** Added to the attention's score of a step that is all padding: its weight becomes exp(-1e4) = 0. */
export const PADDED = -1e4;

export function rhythmNetworkParameters(shape: RhythmNetworkShape): ParameterDefinitions {
  const joined = encodingLength({ ...shape, samples: RHYTHM_STEP });
  const layer = (name: string, out: number, inner: number): ParameterDefinitions => ({
    [`${name}.weight`]: { shape: [out, inner], init: { uniform: 1 / Math.sqrt(inner) } },
    [`${name}.bias`]: { shape: [out], init: { uniform: 1 / Math.sqrt(inner) } },
  });
  return {
    ...beatEncoderParameters({ ...shape, samples: RHYTHM_STEP }),
    ...layer('dense', shape.dense, joined),
    ...layer('output', shape.classes, shape.dense),
  };
}

export interface RhythmNetworkInputs {
  /** f32 [batch, leads, samples], 0 where padded; samples a multiple of 8. */
  readonly signal: Tensor;
  /** f32 [batch, samples / 8, 1]: 0, or `PADDED` where a step is padding. */
  readonly padding: Tensor;
}

export interface RhythmNetworkOutputs {
  /** f32 [batch, classes]: log-odds of each class; a recording may have several. */
  readonly logOdds: Tensor;
  /** f32 [batch, samples / 8]: how much each stretch of the recording weighs; sums to 1, 0 where padded. */
  readonly attention: Tensor;
}

/** Findings of a whole recording: convolutions over all leads, a bidirectional GRU, attention over its length, a dense head. */
export function rhythmNetwork(
  parameters: Pick<Parameters, 'get'>,
  { signal, padding }: RhythmNetworkInputs,
  shape: RhythmNetworkShape,
  mode: NetworkMode,
): RhythmNetworkOutputs {
  const get = (name: string) => parameters.get(name);
  const drop = networkDropout(shape, mode);
  const encoder = { ...shape, samples: signal.shape[2]! };
  const { context, attention } = beatEncoder(parameters, signal, encoder, mode, padding);
  const dense = drop(linear(drop(context), get('dense.weight'), get('dense.bias'), { activation: 'relu' }));
  return { logOdds: linear(dense, get('output.weight'), get('output.bias')), attention };
}
