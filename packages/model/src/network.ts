import {
  add,
  attentionPool,
  batchNorm,
  concat,
  conv1d,
  dropout,
  elements,
  gru,
  linear,
  maxPool1d,
  type ParameterDefinitions,
  type Parameters,
  relu,
  type Tensor,
  transpose,
} from '@ecgpu/engine';

/** What may differ between beat networks; part of a model file. */
export interface BeatNetworkShape {
  /** Channels of the window: the beat, and the beat minus the patient's template. */
  readonly channels: number;
  /** Samples of the window; a multiple of 8, because three poolings halve it. */
  readonly samples: number;
  /** Rhythm features beside the window. */
  readonly features: number;
  /** Filters of the four convolutions; the last two are equal, since a residual joins them. */
  readonly filters: readonly [number, number, number, number];
  /** Units of the GRU in each direction. */
  readonly hidden: number;
  readonly attention: number;
  readonly dense: number;
  readonly classes: number;
  readonly dropout: number;
}

const KERNELS = [7, 5, 3, 3] as const;

/** Every tensor of the network, its shape and its initial distribution (PyTorch's defaults: U(±1/√fan-in)). */
export function beatNetworkParameters(shape: BeatNetworkShape): ParameterDefinitions {
  const { channels, features, filters, hidden, attention, dense, classes } = shape;
  const inputs = [channels, ...filters.slice(0, 3)];
  const layers = filters.flatMap((out, index) => {
    const n = index + 1;
    const bound = 1 / Math.sqrt(inputs[index]! * KERNELS[index]!);
    return [
      [`conv${n}.weight`, { shape: [out, inputs[index]!, KERNELS[index]!], init: { uniform: bound } }],
      [`conv${n}.bias`, { shape: [out], init: { uniform: bound } }],
      [`norm${n}.weight`, { shape: [out], init: { constant: 1 } }],
      [`norm${n}.bias`, { shape: [out], init: { constant: 0 } }],
      [`norm${n}.runningMean`, { shape: [out], init: { constant: 0 }, buffer: true }],
      [`norm${n}.runningVariance`, { shape: [out], init: { constant: 1 }, buffer: true }],
    ] as const;
  });
  const recurrent = { uniform: 1 / Math.sqrt(hidden) };
  const state = 2 * hidden;
  const fan = (size: number) => ({ uniform: 1 / Math.sqrt(size) });
  return Object.fromEntries([
    ...layers,
    ['gru.inputWeight', { shape: [2, 3 * hidden, filters[3]], init: recurrent }],
    ['gru.recurrentWeight', { shape: [2, 3 * hidden, hidden], init: recurrent }],
    ['gru.inputBias', { shape: [2, 3 * hidden], init: recurrent }],
    ['gru.recurrentBias', { shape: [2, 3 * hidden], init: recurrent }],
    ['attention.weight', { shape: [attention, state], init: fan(state) }],
    ['attention.bias', { shape: [attention], init: fan(state) }],
    ['attention.query', { shape: [attention], init: fan(attention) }],
    ['dense.weight', { shape: [dense, state + features], init: fan(state + features) }],
    ['dense.bias', { shape: [dense], init: fan(state + features) }],
    ['output.weight', { shape: [classes, dense], init: fan(dense) }],
    ['output.bias', { shape: [classes], init: fan(dense) }],
  ]);
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

/**
 * `training`: dropout, and batch statistics that also move the running ones. `frozenStatistics`: dropout, but the running
 * statistics as they are (fine-tuning on few beats). `inference`: neither.
 */
export type NetworkMode = 'training' | 'frozenStatistics' | 'inference';

/**
 * The beat classifier (after Sun 2023): convolutions read the beat's shape, a bidirectional GRU its course in time,
 * attention weighs the stretches, and the rhythm features join before the dense head.
 */
export function beatNetwork(
  parameters: Pick<Parameters, 'get'>,
  { window, rhythm }: BeatNetworkInputs,
  shape: BeatNetworkShape,
  mode: NetworkMode,
): BeatNetworkOutputs {
  const get = (name: string) => parameters.get(name);
  const drop = (x: Tensor) =>
    mode === 'inference' || shape.dropout === 0 ? x : dropout(x, { probability: shape.dropout });
  const convolve = (x: Tensor, n: number, activation: 'relu' | 'none') => {
    const padding = (KERNELS[n - 1]! - 1) / 2;
    const convolved = conv1d(x, get(`conv${n}.weight`), get(`conv${n}.bias`), { padding });
    const norm = {
      weight: get(`norm${n}.weight`),
      bias: get(`norm${n}.bias`),
      runningMean: get(`norm${n}.runningMean`),
      runningVariance: get(`norm${n}.runningVariance`),
    };
    return batchNorm(convolved, norm, { training: mode === 'training', activation });
  };
  const halve = (x: Tensor) => maxPool1d(x, { kernel: 2 });

  const first = halve(convolve(window, 1, 'relu'));
  const second = halve(convolve(first, 2, 'relu'));
  const third = convolve(second, 3, 'relu');
  const fourth = halve(relu(add(convolve(third, 4, 'none'), third)));

  const states = gru(drop(transpose(fourth)), {
    inputWeight: get('gru.inputWeight'),
    recurrentWeight: get('gru.recurrentWeight'),
    inputBias: get('gru.inputBias'),
    recurrentBias: get('gru.recurrentBias'),
  });
  const keys = linear(states, get('attention.weight'), get('attention.bias'), { activation: 'tanh' });
  const { context, weights } = attentionPool(states, keys, get('attention.query'));
  const joined = drop(concat([context, rhythm], 1));
  const dense = drop(linear(joined, get('dense.weight'), get('dense.bias'), { activation: 'relu' }));
  return { logits: linear(dense, get('output.weight'), get('output.bias')), attention: weights };
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
