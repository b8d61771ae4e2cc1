import { f32, i32 } from '../../graph/shape.js';
import { apply } from '../../graph/trace.js';
import { integers, type OpCase, uniform } from '../../testing/op-case.js';
import { softmaxCrossEntropyGradientOp } from './gradient.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const extents: [rows: number, classes: number][] = [
  [1, 1],
  [1, 4],
  [64, 4],
  [257, 5],
  [31, 100],
  [3, 1000],
  [66_000, 2],
];

/** Roundings of exp, log, a sum over the classes, and sums over rows in a strided part and a tree of eight levels. */
const terms = (rows: number, classes: number) => 40 + classes + Math.ceil(rows / 256) + 8;

const weights = { weight: { values: uniform(0.2, 3), constant: true } } as const;

export const softmaxCrossEntropyCases: readonly OpCase[] = [
  ...extents.map(([rows, classes], index): OpCase => {
    const weighted = index % 2 === 0;
    return {
      name: `cross-entropy [${rows}, ${classes}]${weighted ? ', weighted' : ''}`,
      inputs: {
        logits: { type: f32(rows, classes) },
        label: { type: i32(rows), values: integers(classes) },
        ...(weighted ? { weight: { type: f32(rows), ...weights.weight } } : {}),
      },
      build: ({ logits, label, weight }) => ({ loss: softmaxCrossEntropy(logits!, label!, weight) }),
      tolerance: { terms: terms(rows, classes), scale: 'output' },
      gradients: { terms: 2 * terms(rows, classes), scale: 'largest' },
    };
  }),
  {
    name: 'cross-entropy with labels outside the classes and rows of weight 0',
    inputs: {
      logits: { type: f32(37, 4) },
      label: { type: i32(37), values: (random) => random.integer(8) - 2 },
      weight: { type: f32(37), values: (random) => random.integer(3), constant: true },
    },
    build: ({ logits, label, weight }) => ({ loss: softmaxCrossEntropy(logits!, label!, weight) }),
    tolerance: { terms: terms(37, 4), scale: 'output' },
    gradients: { terms: 2 * terms(37, 4), scale: 'largest' },
  },
  {
    name: 'cross-entropy where no row counts',
    inputs: {
      logits: { type: f32(5, 3) },
      label: { type: i32(5), values: integers(3) },
      weight: { type: f32(5), values: () => 0, constant: true },
    },
    build: ({ logits, label, weight }) => ({ loss: softmaxCrossEntropy(logits!, label!, weight) }),
    tolerance: { terms: 0, scale: 'output' },
  },
  {
    name: 'cross-entropy of large logits',
    inputs: {
      logits: { type: f32(64, 4), values: uniform(-1e4, 1e4) },
      label: { type: i32(64), values: integers(4) },
    },
    build: ({ logits, label }) => ({ loss: softmaxCrossEntropy(logits!, label!) }),
    tolerance: { terms: terms(64, 4), scale: 'output' },
    gradients: { skip: 'a loss of 10⁴ leaves central differences no digits; the derivative has a case of its own' },
  },
  {
    name: 'cross-entropy does not look at a masked row, be it NaN',
    inputs: {
      logits: { type: f32(3, 4), values: (random, index) => (index < 4 ? Number.NaN : random.normal()) },
      label: { type: i32(3), values: (_, index) => [-1, 2, 0][index]! },
    },
    build: ({ logits, label }) => ({ loss: softmaxCrossEntropy(logits!, label!) }),
    tolerance: { terms: terms(3, 4), scale: 'output' },
    gradients: { skip: 'central differences at NaN mean nothing; the derivative has a case of its own' },
  },
  {
    name: 'cross-entropy of a NaN logit is NaN',
    inputs: {
      logits: { type: f32(3, 4), values: (random, index) => (index === 5 ? Number.NaN : random.normal()) },
      label: { type: i32(3), values: integers(4) },
    },
    build: ({ logits, label }) => ({ loss: softmaxCrossEntropy(logits!, label!) }),
    tolerance: { terms: terms(3, 4), scale: 'output' },
    gradients: { skip: 'derivatives at NaN mean nothing' },
  },
];

/** Logits of the derivative's cases: ordinary ones, ±10⁴, and a NaN row that label −1 masks. */
const LOGITS = [
  { name: 'ordinary', values: (random: { normal(): number }) => random.normal() },
  { name: 'large', values: uniform(-1e4, 1e4) },
  {
    name: 'one row NaN and masked',
    values: (random: { normal(): number }, index: number) => (index < 4 ? Number.NaN : random.normal()),
  },
] as const;

export const softmaxCrossEntropyGradientCases: readonly OpCase[] = LOGITS.map(
  ({ name, values }): OpCase => ({
    name: `cross-entropy derivative, ${name}`,
    inputs: {
      logits: { type: f32(65, 4), values },
      label: { type: i32(65), values: (random, index) => (index === 0 ? -1 : random.integer(4)) },
      totalWeight: { type: f32(), values: () => 70 },
      dloss: { type: f32(), values: () => -1.5 },
      weight: { type: f32(65), ...weights.weight },
    },
    build: ({ logits, label, totalWeight, dloss, weight }) => ({
      dlogits: apply(softmaxCrossEntropyGradientOp, [logits!, label!, totalWeight!, dloss!, weight!], {})[0]!,
    }),
    tolerance: { terms: 64, scale: 'largest' },
    gradients: {
      skip: 'the op is a derivative itself; it is compared with differences through `softmaxCrossEntropy`',
    },
  }),
);
