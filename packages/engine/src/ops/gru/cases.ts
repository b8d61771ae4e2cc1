import { f32 } from '../../graph/shape.js';
import { type OpCase, type Tolerance, uniform } from '../../testing/op-case.js';
import { gru } from './gru.js';
import { type GruExtent, gruRecurrence } from './recurrence.js';
import { gruRecurrenceDerivative } from './recurrence-gradient.js';
import { gruWeightDerivative } from './weight-gradient.js';

const size = ({ batch, steps, directions, hidden }: GruExtent) =>
  `${batch} rows, ${steps} steps, hidden ${directions}×${hidden}`;

/** PyTorch's initial weights, U(±1/√hidden): with larger ones a recurrence may amplify what differs. */
const bounded = (hidden: number) => uniform(-1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden));

/**
 * A step rounds `hidden` products and what three gates are made of; earlier steps' errors shrink as the state forgets.
 * WGSL lets tanh be off by 1e-5, and so the state.
 */
const valueTolerance = (hidden: number): Tolerance => ({ terms: 2 * hidden + 64, scale: 'largest', absolute: 2e-5 });
/** Slopes carry tanh's error through three gates, and the weights' sum them over batch and time. */
const gradientTolerance = ({ hidden, batch, steps }: GruExtent): Tolerance => ({
  terms: 8 * hidden + 512 + Math.min(1000, batch * steps),
  scale: 'largest',
});

const recurrences: GruExtent[] = [
  { batch: 1, steps: 1, directions: 1, hidden: 1 },
  { batch: 3, steps: 20, directions: 2, hidden: 32 },
  { batch: 5, steps: 7, directions: 2, hidden: 24 },
  { batch: 6, steps: 5, directions: 1, hidden: 33 },
  { batch: 13, steps: 3, directions: 2, hidden: 7 },
  { batch: 5, steps: 4, directions: 2, hidden: 64 },
  { batch: 2, steps: 3, directions: 1, hidden: 128 },
  { batch: 4, steps: 2, directions: 1, hidden: 256 },
  { batch: 66_000, steps: 1, directions: 1, hidden: 1 },
];

const recurrenceInputs = ({ batch, steps, directions, hidden }: GruExtent): OpCase['inputs'] => ({
  projected: { type: f32(batch, steps, directions * 3 * hidden) },
  recurrentWeight: { type: f32(directions, 3 * hidden, hidden), values: bounded(hidden) },
  recurrentBias: { type: f32(directions, 3 * hidden), values: bounded(hidden) },
});

export const gruRecurrenceCases: readonly OpCase[] = [
  ...recurrences.map(
    (extent): OpCase => ({
      name: `recurrence, ${size(extent)}`,
      inputs: recurrenceInputs(extent),
      build: ({ projected, recurrentWeight, recurrentBias }) => ({
        states: gruRecurrence(projected!, recurrentWeight!, recurrentBias!),
      }),
      tolerance: valueTolerance(extent.hidden),
      gradients: gradientTolerance(extent),
    }),
  ),
  {
    name: 'gru with its input projection, 3 rows, 5 steps, 11 → 2×8',
    inputs: {
      x: { type: f32(3, 5, 11) },
      inputWeight: { type: f32(2, 24, 11), values: bounded(8) },
      recurrentWeight: { type: f32(2, 24, 8), values: bounded(8) },
      inputBias: { type: f32(2, 24), values: bounded(8) },
      recurrentBias: { type: f32(2, 24), values: bounded(8) },
    },
    build: ({ x, inputWeight, recurrentWeight, inputBias, recurrentBias }) => ({
      states: gru(x!, {
        inputWeight: inputWeight!,
        recurrentWeight: recurrentWeight!,
        inputBias: inputBias!,
        recurrentBias: recurrentBias!,
      }),
    }),
    tolerance: valueTolerance(11),
    gradients: gradientTolerance({ batch: 3, steps: 5, directions: 2, hidden: 8 }),
  },
  {
    name: 'recurrence with saturated gates and a NaN',
    inputs: {
      ...recurrenceInputs({ batch: 3, steps: 4, directions: 2, hidden: 5 }),
      projected: {
        type: f32(3, 4, 30),
        values: (random, index) => (index === 70 ? Number.NaN : random.normal() * (index < 120 ? 1 : 1e5)),
      },
    },
    build: ({ projected, recurrentWeight, recurrentBias }) => ({
      states: gruRecurrence(projected!, recurrentWeight!, recurrentBias!),
    }),
    tolerance: valueTolerance(5),
    gradients: { skip: 'derivatives at NaN mean nothing' },
  },
];

/** The beat network's GRU, that of the sequence network, and the odd ones. */
const backwardExtents: GruExtent[] = [
  { batch: 64, steps: 20, directions: 2, hidden: 32 },
  { batch: 12, steps: 64, directions: 2, hidden: 24 },
  { batch: 1, steps: 1, directions: 1, hidden: 1 },
  { batch: 7, steps: 3, directions: 1, hidden: 65 },
];

export const gruRecurrenceGradientCases: readonly OpCase[] = backwardExtents.map((extent): OpCase => {
  const { batch, steps, directions, hidden } = extent;
  return {
    name: `recurrence derivative, ${size(extent)}`,
    inputs: {
      doutput: { type: f32(batch, steps, directions * hidden) },
      recurrentWeight: { type: f32(directions, 3 * hidden, hidden), values: bounded(hidden) },
      output: { type: f32(batch, steps, directions * hidden), values: uniform(-1, 1) },
      gates: { type: f32(batch, steps, directions, hidden, 4), values: uniform(0, 1) },
    },
    build: ({ doutput, recurrentWeight, output, gates }) => ({
      ...gruRecurrenceDerivative(
        { doutput: doutput!, recurrentWeight: recurrentWeight!, output: output!, gates: gates! },
        extent,
      ),
    }),
    tolerance: { terms: 8 * hidden + 64, scale: 'largest' },
    gradients: { skip: 'the op is a derivative itself; it is compared with differences through `gruRecurrence`' },
  };
});

export const gruWeightGradientCases: readonly OpCase[] = backwardExtents.map((extent): OpCase => {
  const { batch, steps, directions, hidden } = extent;
  return {
    name: `recurrent weight derivative, ${size(extent)}`,
    inputs: {
      projected: { type: f32(batch, steps, directions * 3 * hidden) },
      recurrentN: { type: f32(batch, steps, directions * hidden) },
      states: { type: f32(batch, steps, directions * hidden) },
    },
    build: ({ projected, recurrentN, states }) => ({
      ...gruWeightDerivative({ projected: projected!, recurrentN: recurrentN! }, states!, extent),
    }),
    tolerance: { terms: batch * steps + 4, scale: 'absolute' },
    gradients: { skip: 'the op is a derivative itself; it is compared with differences through `gruRecurrence`' },
  };
});
