import { f32 } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { type CaseTensor, type OpCase, uniform, type ValueRule } from '../../testing/op-case.js';
import type { Activation } from '../activation/activation.js';
import { batchNorm } from '../batch-norm/batch-norm.js';
import { add } from '../binary/binary.js';
import { maxPool1d } from '../pool/pool.js';
import { relu, sigmoid, tanh } from '../unary/unary.js';
import { conv1d } from './conv1d.js';

/** A convolution and what a device may do in the same dispatch. */
interface Chain {
  readonly what: string;
  readonly x: readonly [batch: number, channels: number, length: number];
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias?: boolean;
  readonly norm?: boolean;
  readonly adds?: 'behind' | 'before';
  readonly activation?: Activation;
  readonly pools?: boolean;
}

const chains: readonly Chain[] = [
  { what: 'first layer', x: [4, 2, 160], out: 24, kernel: 7, padding: 3, norm: true, activation: 'relu', pools: true },
  { what: 'second layer', x: [2, 24, 80], out: 48, kernel: 5, padding: 2, norm: true, activation: 'relu', pools: true },
  { what: 'third layer', x: [3, 48, 40], out: 64, kernel: 3, padding: 1, norm: true, activation: 'relu' },
  {
    ...{ what: 'fourth layer', x: [3, 64, 40], out: 64, kernel: 3, padding: 1 },
    ...{ norm: true, adds: 'behind', activation: 'relu', pools: true },
  },
  { what: 'few weights, with an addend', x: [16, 3, 8], out: 2, kernel: 3, padding: 1, norm: true, adds: 'before' },
  { what: 'few weights, tanh', x: [16, 3, 8], out: 2, kernel: 3, padding: 1, norm: true, activation: 'tanh' },
  { what: 'channels beyond a tile', x: [2, 3, 24], out: 9, kernel: 3, padding: 1, norm: true, pools: true },
  {
    what: 'no bias, stride 2',
    x: [3, 5, 33],
    out: 17,
    kernel: 4,
    stride: 2,
    padding: 1,
    bias: false,
    norm: true,
    pools: true,
  },
  { what: 'a sample left over', x: [3, 4, 21], out: 10, kernel: 3, norm: true, activation: 'relu', pools: true },
  { what: 'rows of no multiple of four', x: [2, 3, 18], out: 5, kernel: 1, adds: 'behind', activation: 'sigmoid' },
  { what: 'a single position', x: [2, 3, 4], out: 3, kernel: 4, norm: true, activation: 'relu' },
  { what: 'no norm', x: [2, 3, 32], out: 5, kernel: 3, padding: 1, activation: 'relu', pools: true },
  { what: 'a sum alone', x: [2, 3, 32], out: 5, kernel: 3, padding: 1, bias: false, adds: 'before' },
];
const LARGE: Chain = {
  ...{ what: 'more than 65,535 outputs', x: [2, 1, 20_000], out: 2, kernel: 3, padding: 1 },
  ...{ norm: true, adds: 'behind', activation: 'relu', pools: true },
};

const FUNCTIONS = { none: (x: Tensor) => x, relu, tanh, sigmoid };

function describe({ what, x, out, norm, adds, activation, pools }: Chain): string {
  const parts = [norm && 'norm', adds && `addend ${adds}`, activation, pools && 'pool'].filter(Boolean);
  return `${what}: [${x}] → ${out}, ${parts.join(', ')}`;
}

function epilogueCase(chain: Chain, values?: ValueRule): OpCase {
  const { x, out, kernel, stride = 1, padding = 0, bias = true, norm, adds, activation = 'none', pools } = chain;
  const length = Math.floor((x[2] + 2 * padding - kernel) / stride) + 1;
  const inputs: Record<string, CaseTensor> = {
    x: { type: f32(...x), ...(values ? { values } : {}) },
    weight: { type: f32(out, x[1], kernel) },
    ...(bias ? { bias: { type: f32(out) } } : {}),
    ...(norm ? { scale: { type: f32(out) }, shift: { type: f32(out) } } : {}),
    ...(norm ? { mean: { type: f32(out), constant: true } } : {}),
    ...(norm ? { variance: { type: f32(out), values: uniform(0.5, 2), constant: true } } : {}),
    ...(adds ? { addend: { type: f32(x[0], out, length) } } : {}),
  };
  return {
    name: describe(chain),
    inputs,
    build: ({ x, weight, bias, scale, shift, mean, variance, addend }) => {
      // The activation is the convolution's or the norm's own, where nothing is added behind it.
      const own = adds ? 'none' : activation;
      let y = conv1d(x!, weight!, bias, { stride, padding, activation: norm ? 'none' : own });
      const state = { weight: scale!, bias: shift!, runningMean: mean!, runningVariance: variance! };
      if (norm) y = batchNorm(y, state, { training: false, activation: own });
      if (adds) y = FUNCTIONS[activation](adds === 'behind' ? add(y, addend!) : add(addend!, y));
      return { y: pools ? maxPool1d(y, { kernel: 2 }) : y };
    },
    tolerance: { terms: x[1] * kernel + 16, scale: 'largest', absolute: 1e-6 },
    gradients: { terms: 2 * (x[1] * kernel + out * kernel + x[0] * length + 32), scale: 'largest', absolute: 1e-6 },
  };
}

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

export const epilogueCases: readonly OpCase[] = [
  ...chains.map((chain) => epilogueCase(chain)),
  { ...epilogueCase(LARGE), gradients: { skip: 'central differences over 80,000 values take too long' } },
  ...[4, 16].map(
    (batch): OpCase => ({
      ...epilogueCase(
        {
          ...{ what: 'NaN and infinities', x: [batch, 3, 16], out: 5, kernel: 1 },
          ...{ norm: true, adds: 'behind', activation: 'relu', pools: true },
        },
        (random, index) => (index % 48 < 8 && index % 3 === 0 ? SPECIAL[(index / 3) % 3]! : random.normal()),
      ),
      gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
    }),
  ),
];
