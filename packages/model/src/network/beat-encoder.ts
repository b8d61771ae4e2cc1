import {
  add,
  attentionPool,
  batchNorm,
  concat,
  conv1d,
  fill,
  gru,
  linear,
  maxPool1d,
  type ParameterDefinitions,
  type Parameters,
  relu,
  type Tensor,
  transpose,
} from '@ecgpu/engine';
import { networkDropout } from './dropout.js';
import type { NetworkMode } from './mode.js';

/** What may differ between beat encoders; part of a model file. */
export interface BeatEncoderShape {
  /** Channels of the window: the beat, and the beat minus the patient's template. */
  readonly channels: number;
  /** Samples of the window; a multiple of 8, because three poolings halve it. */
  readonly samples: number;
  /** Filters of the four convolutions; the last two are equal, since a residual joins them. */
  readonly filters: readonly [number, number, number, number];
  /** Units of the GRU in each direction. */
  readonly hidden: number;
  readonly attention: number;
  readonly dropout: number;
}

/** Length of the vector that stands for a beat: both directions' states. */
export function encodingLength({ hidden }: BeatEncoderShape): number {
  return 2 * hidden;
}

const KERNELS = [7, 5, 3, 3] as const;

/** Every tensor of the encoder, its shape and its initial distribution (PyTorch's defaults: U(±1/√fan-in)). */
export function beatEncoderParameters(shape: BeatEncoderShape): ParameterDefinitions {
  const { channels, filters, hidden, attention } = shape;
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
  const state = encodingLength(shape);
  return Object.fromEntries([
    ...layers,
    ['gru.inputWeight', { shape: [2, 3 * hidden, filters[3]], init: recurrent }],
    ['gru.recurrentWeight', { shape: [2, 3 * hidden, hidden], init: recurrent }],
    ['gru.inputBias', { shape: [2, 3 * hidden], init: recurrent }],
    ['gru.recurrentBias', { shape: [2, 3 * hidden], init: recurrent }],
    ['attention.weight', { shape: [attention, state], init: { uniform: 1 / Math.sqrt(state) } }],
    ['attention.bias', { shape: [attention], init: { uniform: 1 / Math.sqrt(state) } }],
    ['attention.query', { shape: [attention], init: { uniform: 1 / Math.sqrt(attention) } }],
  ]);
}

export interface BeatEncoding {
  /** f32 [batch, 2 · hidden]. */
  readonly context: Tensor;
  /** f32 [batch, samples / 8]: how much each stretch of the beat weighs; sums to 1. */
  readonly attention: Tensor;
}

/**
 * A beat's waveform as one vector (after Sun 2023): convolutions read its shape, a bidirectional GRU its course in time,
 * attention weighs the stretches.
 *
 * @param window f32 [batch, channels, samples]
 * @param scoreOffset f32 [batch, samples / 8, 1], added to the attention's scores: very negative where a window is padding,
 *   which then weighs nothing.
 */
export function beatEncoder(
  parameters: Pick<Parameters, 'get'>,
  window: Tensor,
  shape: BeatEncoderShape,
  mode: NetworkMode,
  scoreOffset?: Tensor,
): BeatEncoding {
  const get = (name: string) => parameters.get(name);
  const drop = networkDropout(shape, mode);
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
  const query = get('attention.query');
  // One more key, whose query is 1, adds the offset to the score.
  const { context, weights } = scoreOffset
    ? attentionPool(states, concat([keys, scoreOffset], 2), concat([query, fill([1], 1)], 0))
    : attentionPool(states, keys, query);
  return { context, attention: weights };
}
