import { f32 } from '../../graph/shape.js';
import { apply } from '../../graph/trace.js';
import { type OpCase, type Tolerance, uniform } from '../../testing/op-case.js';
import { type AttentionExtent, attentionPool } from './attention-pool.js';
import { type AttentionGradientAttributes, attentionPoolGradientOp } from './gradient.js';

const size = ({ batch, steps, features, attention }: AttentionExtent) =>
  `${batch} × ${steps} steps, ${features} features, ${attention} keys`;

/** A score rounds `attention` products; exp turns that, times the score, into a relative error of the weight. */
const tolerance = ({ attention, steps }: AttentionExtent): Tolerance => ({
  terms: 8 * attention + steps + 64,
  scale: 'largest',
});

const operands = ({ batch, steps, features, attention }: AttentionExtent): OpCase['inputs'] => ({
  values: { type: f32(batch, steps, features) },
  keys: { type: f32(batch, steps, attention), values: uniform(-1, 1) },
  query: { type: f32(attention) },
});

const extents: AttentionExtent[] = [
  { batch: 1, steps: 1, features: 1, attention: 1 },
  { batch: 6, steps: 20, features: 64, attention: 32 },
  { batch: 2, steps: 65, features: 7, attention: 5 },
  { batch: 3, steps: 257, features: 3, attention: 67 },
  { batch: 66_000, steps: 1, features: 1, attention: 1 },
];

export const attentionPoolCases: readonly OpCase[] = [
  ...extents.map(
    (extent): OpCase => ({
      name: `attention pool, ${size(extent)}`,
      inputs: operands(extent),
      build: ({ values, keys, query }) => ({ ...attentionPool(values!, keys!, query!) }),
      tolerance: tolerance(extent),
      gradients: { ...tolerance(extent), terms: 8 * tolerance(extent).terms },
    }),
  ),
  ...(['context', 'weights'] as const).map((used): OpCase => {
    const extent = { batch: 4, steps: 9, features: 6, attention: 5 };
    return {
      name: `attention pool, a loss of ${used} only`,
      inputs: {
        ...operands(extent),
        ...(used === 'weights' ? { values: { type: f32(4, 9, 6), constant: true } } : {}),
      },
      build: ({ values, keys, query }) => ({ [used]: attentionPool(values!, keys!, query!)[used] }),
      tolerance: tolerance(extent),
      gradients: { ...tolerance(extent), terms: 8 * tolerance(extent).terms },
    };
  }),
  {
    name: 'attention pool of large scores and of a NaN key',
    inputs: {
      values: { type: f32(3, 70, 4) },
      keys: {
        type: f32(3, 70, 8),
        values: (random, index) => (index === 600 ? Number.NaN : random.normal() * (index < 560 ? 1e4 : 1)),
      },
      query: { type: f32(8) },
    },
    build: ({ values, keys, query }) => ({ ...attentionPool(values!, keys!, query!) }),
    tolerance: { terms: 128, scale: 'largest' },
    gradients: { skip: 'derivatives at NaN mean nothing' },
  },
];

const parts: [AttentionExtent, AttentionGradientAttributes][] = [
  [
    { batch: 64, steps: 20, features: 64, attention: 32 },
    { context: true, weights: false },
  ],
  [
    { batch: 3, steps: 70, features: 5, attention: 66 },
    { context: true, weights: true },
  ],
  [
    { batch: 3, steps: 5, features: 2, attention: 3 },
    { context: false, weights: true },
  ],
];

export const attentionPoolGradientCases: readonly OpCase[] = parts.map(([extent, attributes]): OpCase => {
  const { batch, steps, features } = extent;
  const width = (attributes.context ? features : 0) + (attributes.weights ? steps : 0);
  return {
    name: `attention pool derivative, ${size(extent)}`,
    inputs: {
      dresult: { type: f32(batch, width) },
      ...operands(extent),
      weights: { type: f32(batch, steps), values: uniform(0, 2 / steps) },
    },
    build: ({ dresult, values, keys, query, weights }) => {
      const slopes = apply(attentionPoolGradientOp, [dresult!, values!, keys!, query!, weights!], attributes);
      return { dvalues: slopes[0]!, dkeys: slopes[1]!, dquery: slopes[2]! };
    },
    tolerance: { terms: 4 * (features + steps) + 32, scale: 'largest' },
    gradients: { skip: 'the op is a derivative itself; it is compared with differences through `attentionPool`' },
  };
});
