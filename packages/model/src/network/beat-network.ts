import { concat, elements, linear, type ParameterDefinitions, type Parameters, type Tensor } from '@ecgpu/engine';
import { type BeatEncoderShape, beatEncoder, beatEncoderParameters, encodingLength } from './beat-encoder.js';
import { networkDropout } from './dropout.js';
import type { NetworkMode } from './mode.js';

/** What may differ between beat networks; part of a model file. */
export interface BeatNetworkShape extends BeatEncoderShape {
  /** Rhythm features beside the window. */
  readonly features: number;
  readonly dense: number;
  readonly classes: number;
}

/** Every tensor of the network: the encoder's, and the head's. */
export function beatNetworkParameters(shape: BeatNetworkShape): ParameterDefinitions {
  const joined = encodingLength(shape) + shape.features;
  const { dense, classes } = shape;
  const fan = (size: number) => ({ uniform: 1 / Math.sqrt(size) });
  return {
    ...beatEncoderParameters(shape),
    'dense.weight': { shape: [dense, joined], init: fan(joined) },
    'dense.bias': { shape: [dense], init: fan(joined) },
    'output.weight': { shape: [classes, dense], init: fan(dense) },
    'output.bias': { shape: [classes], init: fan(dense) },
  };
}

export interface BeatNetworkInputs {
  /** f32 [batch, channels, samples]. */
  readonly window: Tensor;
  /** f32 [batch, features]. */
  readonly rhythm: Tensor;
}

export interface BeatNetworkOutputs {
  /** f32 [batch, classes]. */
  readonly logits: Tensor;
  /** f32 [batch, samples / 8]: how much each stretch of the beat weighs; sums to 1. */
  readonly attention: Tensor;
}

/** The beat classifier: the encoder's vector and the rhythm features go through a dense head. */
export function beatNetwork(
  parameters: Pick<Parameters, 'get'>,
  { window, rhythm }: BeatNetworkInputs,
  shape: BeatNetworkShape,
  mode: NetworkMode,
): BeatNetworkOutputs {
  const get = (name: string) => parameters.get(name);
  const drop = networkDropout(shape, mode);
  const { context, attention } = beatEncoder(parameters, window, shape, mode);
  const joined = drop(concat([context, rhythm], 1));
  const dense = drop(linear(joined, get('dense.weight'), get('dense.bias'), { activation: 'relu' }));
  return { logits: linear(dense, get('output.weight'), get('output.bias')), attention };
}

/** Trained numbers of a network, buffers not counted. */
export function countParameters(shape: BeatNetworkShape): number {
  return Object.values(beatNetworkParameters(shape))
    .filter(({ buffer }) => !buffer)
    .reduce((total, { shape: size }) => total + elements(size), 0);
}

/** The network of the shipped `beat` model: 53,164 parameters. */
export const BEAT_NETWORK: BeatNetworkShape = {
  channels: 2,
  samples: 160,
  features: 15,
  filters: [24, 48, 64, 64],
  hidden: 32,
  attention: 32,
  dense: 48,
  classes: 4,
  dropout: 0.3,
};
