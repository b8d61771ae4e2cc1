import type { Tensor } from '../graph/tensor.js';
import type { Outputs } from '../graph/trace.js';
import { batchNorm } from '../ops/batch-norm/batch-norm.js';
import { batchNormGradient } from '../ops/batch-norm/gradient.js';
import { conv1d } from '../ops/conv1d/conv1d.js';
import { conv1dInputGradient, conv1dWeightGradient } from '../ops/conv1d/gradient.js';
import { gruRecurrence } from '../ops/gru/recurrence.js';
import { gruRecurrenceDerivative } from '../ops/gru/recurrence-gradient.js';
import { gruWeightDerivative } from '../ops/gru/weight-gradient.js';
import { linear } from '../ops/matmul/linear.js';
import { matmul } from '../ops/matmul/matmul.js';
import { maxPool1dGradient } from '../ops/pool/gradient.js';
import { maxPool1d } from '../ops/pool/pool.js';
import type { ShapeClassName } from './shape-classes.js';

/** One use of an op that stands for its class. */
export interface Workload {
  readonly what: string;
  /** Shapes of the values it reads, by name. */
  readonly reads: Readonly<Record<string, readonly number[]>>;
  readonly build: (get: (name: string) => Tensor) => Outputs;
}

/** A bidirectional GRU over 64 sequences, as in the network this engine was made for. */
const [BATCH, STEPS, DIRECTIONS] = [64, 20, 2];

function gruForward(hidden: number): Workload {
  return {
    what: `${BATCH} rows, ${STEPS} steps, ${DIRECTIONS} × ${hidden}`,
    reads: {
      projected: [BATCH, STEPS, DIRECTIONS * 3 * hidden],
      weight: [DIRECTIONS, 3 * hidden, hidden],
      bias: [DIRECTIONS, 3 * hidden],
    },
    build: (get) => ({ states: gruRecurrence(get('projected'), get('weight'), get('bias')) }),
  };
}

function gruBackward(hidden: number): Workload {
  const extent = { batch: BATCH, steps: STEPS, directions: DIRECTIONS, hidden };
  return {
    what: `${BATCH} rows, ${STEPS} steps, ${DIRECTIONS} × ${hidden}`,
    reads: {
      doutput: [BATCH, STEPS, DIRECTIONS * hidden],
      weight: [DIRECTIONS, 3 * hidden, hidden],
      states: [BATCH, STEPS, DIRECTIONS * hidden],
      gates: [BATCH, STEPS, DIRECTIONS, hidden, 4],
    },
    build: (get) => {
      const [doutput, recurrentWeight, output, gates] = ['doutput', 'weight', 'states', 'gates'].map(get);
      return {
        ...gruRecurrenceDerivative(
          { doutput: doutput!, recurrentWeight: recurrentWeight!, output: output!, gates: gates! },
          extent,
        ),
      };
    },
  };
}

function gruWeights(hidden: number): Workload {
  const extent = { batch: BATCH, steps: STEPS, directions: DIRECTIONS, hidden };
  return {
    what: `${BATCH} rows, ${STEPS} steps, ${DIRECTIONS} × ${hidden}`,
    reads: {
      projected: [BATCH, STEPS, DIRECTIONS * 3 * hidden],
      recurrentN: [BATCH, STEPS, DIRECTIONS * hidden],
      states: [BATCH, STEPS, DIRECTIONS * hidden],
    },
    build: (get) => {
      const slopes = { projected: get('projected'), recurrentN: get('recurrentN') };
      return { ...gruWeightDerivative(slopes, get('states'), extent) };
    },
  };
}

/** The third layer of the same network. */
const [CHANNELS_IN, CHANNELS_OUT, LENGTH, KERNEL] = [48, 64, 40, 3];
const convolution = {
  what: `${BATCH} rows, ${CHANNELS_IN} to ${CHANNELS_OUT} channels over ${LENGTH} samples, kernel ${KERNEL}`,
  reads: {
    x: [BATCH, CHANNELS_IN, LENGTH],
    weight: [CHANNELS_OUT, CHANNELS_IN, KERNEL],
    dy: [BATCH, CHANNELS_OUT, LENGTH],
  },
};
const window = { stride: 1, padding: (KERNEL - 1) / 2 };

const product = (m: number, n: number, k: number): Workload => ({
  what: `[${m}, ${k}] · [${k}, ${n}]`,
  reads: { a: [m, k], b: [k, n] },
  build: (get) => ({ c: matmul(get('a'), get('b')) }),
});

const layer = (rows: number, width: number, features: number): Workload => ({
  what: `[${rows}, ${width}] to [${rows}, ${features}]`,
  reads: { x: [rows, width], weight: [features, width], bias: [features] },
  build: (get) => ({ y: linear(get('x'), get('weight'), get('bias')) }),
});

const activations = {
  what: `${BATCH} rows, ${CHANNELS_OUT} channels over ${LENGTH} samples`,
  reads: {
    x: [BATCH, CHANNELS_OUT, LENGTH],
    weight: [CHANNELS_OUT],
    bias: [CHANNELS_OUT],
    runningMean: [CHANNELS_OUT],
    runningVariance: [CHANNELS_OUT],
  },
};
/** Of a batch, a number a channel; the inverse deviation is what `spread` is in training. */
const statistics = { weight: [CHANNELS_OUT], mean: [CHANNELS_OUT], spread: [CHANNELS_OUT] };
function normalised(get: (name: string) => Tensor, training: boolean): Tensor {
  const [weight, bias, runningMean, runningVariance] = ['weight', 'bias', 'runningMean', 'runningVariance'].map(get);
  return batchNorm(
    get('x'),
    { weight: weight!, bias: bias!, runningMean: runningMean!, runningVariance: runningVariance! },
    { training },
  );
}

export const WORKLOADS: Readonly<Record<ShapeClassName, Workload>> = {
  'gru forward, hidden to 32': gruForward(32),
  'gru forward, hidden 33 to 64': gruForward(64),
  'gru backward, hidden to 32': gruBackward(32),
  'gru backward, hidden 33 to 64': gruBackward(64),
  'gru weight gradient': gruWeights(32),
  'conv1d forward': { ...convolution, build: (get) => ({ y: conv1d(get('x'), get('weight'), undefined, window) }) },
  'conv1d input gradient': {
    ...convolution,
    build: (get) => ({ dx: conv1dInputGradient(get('dy'), get('weight'), { ...window, length: LENGTH }) }),
  },
  'conv1d weight gradient': {
    ...convolution,
    build: (get) => ({ ...conv1dWeightGradient(get('dy'), get('x'), { ...window, kernel: KERNEL }) }),
  },
  'matmul, 64 tiles or more': product(512, 512, 512),
  'matmul, fewer tiles': product(192, 64, 1280),
  'linear, 64 tiles or more': layer(1280, 64, 192),
  'linear, fewer tiles': layer(64, 79, 48),
  'linear, fewer tiles, long sums': layer(64, 1280, 64),
  'max pool': { ...activations, build: (get) => ({ y: maxPool1d(get('x'), { kernel: 2 }) }) },
  'max pool gradient': {
    what: activations.what,
    reads: { dy: [BATCH, CHANNELS_OUT, LENGTH / 2], x: activations.reads.x },
    build: (get) => ({ dx: maxPool1dGradient(get('dy'), get('x'), { kernel: 2, stride: 2, padding: 0 }) }),
  },
  'batch norm, inference': { ...activations, build: (get) => ({ y: normalised(get, false) }) },
  'batch norm, training': { ...activations, build: (get) => ({ y: normalised(get, true) }) },
  'batch norm gradient': {
    what: activations.what,
    reads: { dy: activations.reads.x, x: activations.reads.x, y: activations.reads.x, ...statistics },
    build: (get) => {
      const [dy, x, y, weight, mean, spread] = ['dy', 'x', 'y', 'weight', 'mean', 'spread'].map(get);
      return {
        ...batchNormGradient(
          { dy: dy!, x: x!, y: y!, weight: weight!, mean: mean!, spread: spread! },
          { training: true, epsilon: 1e-5, activation: 'relu' },
        ),
      };
    },
  },
};
