import { f32, type Shape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Outputs } from '../../graph/trace.js';
import { type CaseTensor, type OpCase, uniform, type ValueRule } from '../../testing/op-case.js';
import type { Activation } from '../activation/activation.js';
import { add, multiply } from '../binary/binary.js';
import { maxPool1d } from '../pool/pool.js';
import { relu } from '../unary/unary.js';
import { batchNorm } from './batch-norm.js';
import { channelChunks } from './extent.js';
import { batchNormGradient } from './gradient.js';

interface Normalisation {
  readonly what: string;
  readonly x: Shape;
  readonly activation?: Activation;
  readonly momentum?: number;
  readonly epsilon?: number;
  /** What follows: a sum with another tensor and its relu, and a max pool by windows of two. */
  readonly adds?: boolean;
  readonly pools?: boolean;
}

const normalisations: readonly Normalisation[] = [
  { what: 'first layer of the network', x: [3, 24, 160], activation: 'relu' },
  { what: 'second layer', x: [3, 48, 80], activation: 'relu' },
  { what: 'third layer', x: [3, 64, 40], activation: 'relu' },
  { what: 'no activation', x: [3, 64, 40] },
  { what: 'two values a channel', x: [2, 3, 1], epsilon: 0.1 },
  { what: 'rank 2, one channel over a workgroup', x: [7, 65] },
  { what: 'one channel of many chunks', x: [5, 1, 257], momentum: 0.3 },
  { what: 'tanh', x: [3, 2, 19], activation: 'tanh' },
  { what: 'sigmoid', x: [3, 2, 19], activation: 'sigmoid' },
];
/** Alone and with what a device may do in the same dispatch, forward and backward. */
const chains: readonly Normalisation[] = [
  { what: 'first layer', x: [3, 24, 160], activation: 'relu', pools: true },
  { what: 'fourth layer', x: [3, 64, 40], adds: true, pools: true },
  { what: 'a sum', x: [3, 5, 24], adds: true },
  { what: 'no activation', x: [2, 3, 32], pools: true },
  { what: 'sigmoid', x: [3, 2, 16], activation: 'sigmoid', pools: true },
  { what: 'rows of few quads', x: [5, 3, 12], activation: 'relu', pools: true },
  { what: 'rows of no multiple of four', x: [3, 3, 22], activation: 'relu', pools: true },
  { what: 'a sample left over', x: [3, 3, 25], adds: true, pools: true },
];
const LARGE_CHAIN: Normalisation = { what: 'more than 65,535 values', x: [3, 1, 23_336], adds: true, pools: true };
const LARGE: Normalisation = { what: 'more than 65,535 values, as many chunks as there may be', x: [3, 1, 23_333] };

const TOO_LONG = { skip: 'central differences over 70,000 values take too long; the other cases have them' } as const;

const EPSILON = 2 ** -24;

/** Roundings of a channel's sum (thread, workgroup, merge) and of what is made of it. */
function terms({ x }: Normalisation): number {
  const { chunk, chunks } = channelChunks(x[0]! * (x[2] ?? 1));
  return Math.ceil(chunk / 64) + 10 + chunks + 20;
}

const channel = (x: Shape) => f32(x[1]!);
const positive = uniform(0.5, 2);

function tensors({ x, adds, pools }: Normalisation, values?: ValueRule): Record<string, CaseTensor> {
  return {
    x: { type: f32(...x), ...(values ? { values } : {}) },
    weight: { type: channel(x), values: positive },
    bias: { type: channel(x) },
    // Without them Σy² hardly depends on x, and neither would the gradients that are compared.
    ...(adds || !pools ? { factor: { type: f32(...x) } } : {}),
    ...(pools ? { slopes: { type: f32(x[0]!, x[1]!, Math.floor(x[2]! / 2)) } } : {}),
  };
}

const title = ({ what, x, activation = 'none', adds, pools }: Normalisation) =>
  [`${what}: [${x}], ${activation}`, adds && 'addend and relu', pools && 'pool'].filter(Boolean).join(', ');

/** What a case gives: the norm times a factor, or the chain behind it. */
function outputs(y: Tensor, { factor, slopes }: Partial<Record<string, Tensor>>, chain: Normalisation): Outputs {
  if (!chain.adds && !chain.pools) return { product: multiply(y, factor!) };
  const sum = chain.adds ? relu(add(y, factor!)) : y;
  if (!chain.pools) return { y: sum };
  // With an addend, what is pooled is read by something else too.
  return { y: multiply(maxPool1d(sum, { kernel: 2 }), slopes!), ...(chain.adds ? { sum } : {}) };
}

function training(normalisation: Normalisation, values?: ValueRule): OpCase {
  const { x, activation = 'none', momentum = 0.1, epsilon = 1e-5, adds, pools } = normalisation;
  return {
    name: title(normalisation),
    inputs: tensors(normalisation, values),
    state: { runningMean: { type: channel(x) }, runningVariance: { type: channel(x), values: positive } },
    build: ({ x, weight, bias, runningMean, runningVariance, ...rest }) => {
      const state = { weight: weight!, bias: bias!, runningMean: runningMean!, runningVariance: runningVariance! };
      const y = batchNorm(x!, state, { training: true, momentum, epsilon, activation });
      return { ...(adds || pools ? {} : { y }), ...outputs(y, rest, normalisation) };
    },
    tolerance: { terms: terms(normalisation), scale: 'largest', absolute: 1e-6 },
    gradients: { terms: 8 * terms(normalisation), scale: 'largest', absolute: 1e-6 },
  };
}

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY];

export const batchNormTrainingCases: readonly OpCase[] = [
  ...[...normalisations, ...chains].map((normalisation) => training(normalisation)),
  ...[LARGE, LARGE_CHAIN].map((large): OpCase => ({ ...training(large), gradients: TOO_LONG })),
  {
    // The mean keeps 24 bits: what is left of x − mean is off by that many roundings of 1000.
    ...training({ what: 'far from zero', x: [4, 3, 700] }, (random) => 1000 + random.normal()),
    tolerance: { terms: 40, scale: 'largest', absolute: 40 * 1000 * EPSILON },
    gradients: { skip: 'the cancellation is in the values, which are checked' },
  },
  {
    ...training({ what: 'a constant channel', x: [4, 2, 9], epsilon: 1e-3 }, () => 3),
    gradients: { skip: 'a channel of equal values is a minimum of its variance' },
  },
  {
    ...training({ what: 'NaN and infinity spoil their own channel only', x: [2, 4, 30] }, (random, index) =>
      index % 120 === 31 ? SPECIAL[0]! : index % 120 === 97 ? SPECIAL[1]! : random.normal(),
    ),
    gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
  },
  {
    ...training(
      { what: 'NaN and infinity, pooled', x: [2, 4, 32], activation: 'relu', pools: true },
      (random, index) => (index === 33 ? SPECIAL[0]! : index === 120 ? SPECIAL[1]! : random.normal()),
    ),
    gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
  },
];

function inference(normalisation: Normalisation): OpCase {
  const { x, activation = 'none', epsilon = 1e-5 } = normalisation;
  return {
    name: title(normalisation),
    inputs: {
      ...tensors(normalisation),
      runningMean: { type: channel(x), constant: true },
      runningVariance: { type: channel(x), values: positive, constant: true },
    },
    build: ({ x, weight, bias, runningMean, runningVariance, ...rest }) => {
      const state = { weight: weight!, bias: bias!, runningMean: runningMean!, runningVariance: runningVariance! };
      return outputs(batchNorm(x!, state, { training: false, epsilon, activation }), rest, normalisation);
    },
    tolerance: { terms: 16, scale: 'largest', absolute: 1e-6 },
    gradients: { terms: 2 * terms(normalisation), scale: 'largest', absolute: 1e-6 },
  };
}

export const batchNormInferenceCases: readonly OpCase[] = [
  ...[...normalisations, ...chains].map(inference),
  ...[LARGE, LARGE_CHAIN].map((large): OpCase => ({ ...inference(large), gradients: TOO_LONG })),
];

export const batchNormGradientCases: readonly OpCase[] = [true, false].flatMap((training) =>
  [...normalisations, LARGE].map((normalisation): OpCase => {
    const { what, x, activation = 'none', epsilon = 1e-5 } = normalisation;
    return {
      name: `${what}: [${x}], ${activation}, ${training ? 'training' : 'inference'}`,
      inputs: {
        dy: { type: f32(...x) },
        x: { type: f32(...x) },
        y: { type: f32(...x), values: uniform(-0.9, 0.9) },
        weight: { type: channel(x), values: positive },
        mean: { type: channel(x) },
        spread: { type: channel(x), values: positive },
      },
      build: ({ dy, x, y, weight, mean, spread }) => ({
        ...batchNormGradient(
          { dy: dy!, x: x!, y: y!, weight: weight!, mean: mean!, spread: spread! },
          { training, epsilon, activation },
        ),
      }),
      tolerance: { terms: 2 * terms(normalisation), scale: 'largest', absolute: 1e-6 },
      gradients: { skip: 'the op is a derivative itself; it is compared with differences through `batchNorm`' },
    };
  }),
);
