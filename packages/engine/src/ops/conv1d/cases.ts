import { f32 } from '../../graph/shape.js';
import type { CaseTensor, OpCase } from '../../testing/op-case.js';
import type { Activation } from '../activation/activation.js';
import { conv1d } from './conv1d.js';
import { conv1dInputGradient, conv1dWeightGradient } from './gradient.js';

interface Convolution {
  readonly what: string;
  readonly x: readonly [batch: number, channels: number, length: number];
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly activation?: Activation;
  readonly bias?: boolean;
}

const convolutions: readonly Convolution[] = [
  { what: 'first layer of the network', x: [2, 2, 160], out: 24, kernel: 7, padding: 3 },
  { what: 'second layer', x: [2, 24, 80], out: 48, kernel: 5, padding: 2 },
  { what: 'third layer', x: [3, 48, 40], out: 64, kernel: 3, padding: 1 },
  { what: 'fourth layer', x: [3, 64, 40], out: 64, kernel: 3, padding: 1 },
  { what: 'first layer, no thread without a row', x: [4, 2, 160], out: 24, kernel: 7, padding: 3 },
  { what: 'few weights', x: [16, 3, 8], out: 2, kernel: 3, padding: 1, bias: false },
  { what: 'samples enough to transform', x: [7, 16, 40], out: 20, kernel: 3, padding: 1, activation: 'relu' },
  { what: 'the same without padding', x: [19, 17, 22], out: 16, kernel: 3, bias: false },
  { what: 'samples enough to transform, kernel 5', x: [7, 16, 40], out: 20, kernel: 5, padding: 2, activation: 'relu' },
  { what: 'the same without padding, kernel 5', x: [3, 17, 92], out: 16, kernel: 5, bias: false },
  { what: 'one of everything', x: [1, 1, 1], out: 1, kernel: 1 },
  { what: 'a single output position', x: [1, 3, 5], out: 9, kernel: 5 },
  { what: 'one sample, only padding beside it', x: [2, 2, 1], out: 3, kernel: 3, padding: 1 },
  { what: 'no bias', x: [2, 5, 33], out: 7, kernel: 4, bias: false },
  { what: 'stride 2', x: [2, 3, 31], out: 9, kernel: 5, stride: 2, padding: 2 },
  { what: 'stride 3, last samples unused', x: [3, 4, 36], out: 5, kernel: 2, stride: 3 },
  { what: 'padding wider than the kernel', x: [2, 2, 6], out: 3, kernel: 2, padding: 4 },
  { what: 'one position over a workgroup', x: [1, 2, 257], out: 2, kernel: 1 },
  { what: 'more channels than are staged at once', x: [1, 130, 9], out: 3, kernel: 3, padding: 1 },
  { what: 'a kernel longer than is staged at once', x: [1, 2, 300], out: 2, kernel: 260, padding: 3, stride: 2 },
  { what: 'more than 65,535 outputs', x: [2, 1, 20_000], out: 2, kernel: 3, padding: 1, activation: 'relu' },
  { what: 'tanh', x: [2, 3, 20], out: 9, kernel: 3, activation: 'tanh' },
  { what: 'sigmoid', x: [2, 3, 20], out: 9, kernel: 3, activation: 'sigmoid' },
];

function describe({ what, x, out, kernel, stride = 1, padding = 0 }: Convolution): string {
  return `${what}: [${x}] → ${out}, kernel ${kernel}, stride ${stride}, padding ${padding}`;
}

const lengthOut = ({ x, kernel, stride = 1, padding = 0 }: Convolution) =>
  Math.floor((x[2] + 2 * padding - kernel) / stride) + 1;

/** Longest sum of each kind: over a kernel's taps, over the taps that meet one sample, over all positions. */
const forwardTerms = ({ x, kernel }: Convolution) => x[1] * kernel + 3;
const inputTerms = ({ out, kernel }: Convolution) => out * kernel + 3;
const weightTerms = (convolution: Convolution) => convolution.x[0] * lengthOut(convolution) + 3;

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

export const conv1dCases: readonly OpCase[] = [
  ...convolutions.map((convolution): OpCase => {
    const { x, out, kernel, stride = 1, padding = 0, activation = 'none', bias = true } = convolution;
    const inputs: Record<string, CaseTensor> = { x: { type: f32(...x) }, weight: { type: f32(out, x[1], kernel) } };
    if (bias) inputs['bias'] = { type: f32(out) };
    const terms = forwardTerms(convolution);
    return {
      name: describe(convolution),
      inputs,
      build: (tensors) => ({
        y: conv1d(tensors['x']!, tensors['weight']!, tensors['bias'], { stride, padding, activation }),
      }),
      tolerance: { terms, scale: 'absolute', ...(activation === 'none' ? {} : { absolute: 1e-5 }) },
      // dy carries the forward pass's error into sums of its own.
      gradients: {
        terms: terms + Math.max(inputTerms(convolution), weightTerms(convolution)),
        scale: activation === 'none' ? 'absolute' : 'largest',
      },
    };
  }),
  ...[1, 16].map(
    (batch): OpCase => ({
      name: `NaN and infinities reach the positions that see them and no others, batch ${batch}`,
      inputs: {
        x: {
          type: f32(batch, 2, 40),
          values: (random, index) => (index % 17 === 5 ? SPECIAL[Math.floor(index / 17) % 3]! : random.normal()),
        },
        weight: { type: f32(9, 2, 3) },
      },
      build: ({ x, weight }) => ({ y: conv1d(x!, weight!, undefined, { padding: 1 }) }),
      tolerance: { terms: 9, scale: 'absolute' },
      gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
    }),
  ),
];

const gradientSkipped = {
  skip: 'the op is a derivative itself; it is compared with differences through `conv1d`',
} as const;

export const conv1dInputGradientCases: readonly OpCase[] = convolutions.map((convolution): OpCase => {
  const { x, out, kernel, stride = 1, padding = 0 } = convolution;
  return {
    name: describe(convolution),
    inputs: { dy: { type: f32(x[0], out, lengthOut(convolution)) }, weight: { type: f32(out, x[1], kernel) } },
    build: ({ dy, weight }) => ({ dx: conv1dInputGradient(dy!, weight!, { stride, padding, length: x[2] }) }),
    tolerance: { terms: inputTerms(convolution), scale: 'absolute' },
    gradients: gradientSkipped,
  };
});

export const conv1dWeightGradientCases: readonly OpCase[] = [
  ...convolutions,
  { what: 'many splits', x: [40, 3, 50], out: 5, kernel: 3, padding: 1 } satisfies Convolution,
  { what: 'several blocks of samples', x: [3, 24, 1196], out: 18, kernel: 5, padding: 4 } satisfies Convolution,
].map((convolution): OpCase => {
  const { x, out, kernel, stride = 1, padding = 0 } = convolution;
  return {
    name: describe(convolution),
    inputs: { dy: { type: f32(x[0], out, lengthOut(convolution)) }, x: { type: f32(...x) } },
    build: (tensors) => ({ ...conv1dWeightGradient(tensors['dy']!, tensors['x']!, { stride, padding, kernel }) }),
    tolerance: { terms: weightTerms(convolution), scale: 'absolute' },
    gradients: gradientSkipped,
  };
});
