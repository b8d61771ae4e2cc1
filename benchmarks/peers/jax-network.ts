import type { ParameterValues } from '@ecgpu/engine';
import type { BeatBatch } from '@ecgpu/model';
import { type Array as JaxArray, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { NETWORK } from '../beats.js';
import { type Entry, relativeError, timed } from '../measurement/contender.js';
import { CHECKED_STEPS, LEARNING_RATE } from './ecgpu.js';
import { JAX_NAMES, type JaxBackend, openJax } from './jax.js';

/** jax-js counts references: a value is used up by what it is given to, `.ref` keeps it for another use. */
type Tree = Record<string, JaxArray>;

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

interface Normalised {
  readonly y: JaxArray;
  readonly mean: JaxArray;
  readonly variance: JaxArray;
}

function alongChannels(x: JaxArray): JaxArray {
  return x.reshape([1, -1, 1]);
}

function normalise(x: JaxArray, p: Tree, n: number, running: Tree | undefined): Normalised {
  const [batch, , length] = x.shape as [number, number, number];
  const count = batch * length;
  const mean = running ? running[`norm${n}.runningMean`]!.ref : np.mean(x.ref, [0, 2]);
  const centred = x.sub(alongChannels(mean.ref));
  const variance = running ? running[`norm${n}.runningVariance`]!.ref : np.mean(np.square(centred.ref), [0, 2]);
  const scale = np.sqrt(variance.ref.add(EPSILON));
  const y = centred
    .mul(alongChannels(p[`norm${n}.weight`]!.ref.div(scale)))
    .add(alongChannels(p[`norm${n}.bias`]!.ref));
  return { y, mean, variance: variance.mul(count / (count - 1)) };
}

function halve(x: JaxArray): JaxArray {
  const [batch, channels, length] = x.shape as [number, number, number];
  return np.max(x.reshape([batch, channels, length / 2, 2]), 3);
}

function linear(x: JaxArray, p: Tree, name: string): JaxArray {
  return np.matmul(x, np.transpose(p[`${name}.weight`]!.ref)).add(p[`${name}.bias`]!.ref);
}

function gru(x: JaxArray, p: Tree): JaxArray {
  const [batch, steps, width] = x.shape as [number, number, number];
  const { hidden } = NETWORK;
  const flat = x.reshape([batch * steps, width]);
  const directions = [0, 1].map((direction) => {
    const of = (name: string) => p[`gru.${name}`]!.ref.slice(direction);
    const projected = np.matmul(flat.ref, np.transpose(of('inputWeight'))).add(of('inputBias'));
    const inputs = projected.reshape([batch, steps, 3, hidden]);
    const recurrentWeight = np.transpose(of('recurrentWeight'));
    const recurrentBias = of('recurrentBias');
    let state = np.zeros([batch, hidden]);
    const out: JaxArray[] = [];
    for (let step = 0; step < steps; step++) {
      const at = direction === 0 ? step : steps - 1 - step;
      const gate = (index: number) => inputs.ref.slice([], at, index);
      const products = np.matmul(state.ref, recurrentWeight.ref).add(recurrentBias.ref).reshape([batch, 3, hidden]);
      const product = (index: number) => products.ref.slice([], index);
      const reset = nn.sigmoid(gate(0).add(product(0)));
      const update = nn.sigmoid(gate(1).add(product(1)));
      const fresh = np.tanh(gate(2).add(reset.mul(product(2))));
      products.dispose();
      state = fresh.ref.add(update.mul(state.sub(fresh)));
      out[at] = state.ref;
    }
    for (const used of [state, inputs, recurrentWeight, recurrentBias]) used.dispose();
    return np.stack(out, 1);
  });
  flat.dispose();
  return np.concatenate(directions, 2);
}

/** logits [batch, classes], and the statistics of each batch-norm; `running` given: inference. */
function forward(p: Tree, window: JaxArray, rhythm: JaxArray, running?: Tree): { logits: JaxArray; statistics: Tree } {
  const statistics: Tree = {};
  const convolve = (x: JaxArray, n: number) => {
    const convolved = lax.convGeneralDilated(x, p[`conv${n}.weight`]!.ref, [1], 'SAME');
    const { y, mean, variance } = normalise(convolved.add(alongChannels(p[`conv${n}.bias`]!.ref)), p, n, running);
    statistics[`norm${n}.runningMean`] = lax.stopGradient(mean);
    statistics[`norm${n}.runningVariance`] = lax.stopGradient(variance);
    return y;
  };
  const first = halve(nn.relu(convolve(window, 1)));
  const second = halve(nn.relu(convolve(first, 2)));
  const third = nn.relu(convolve(second, 3));
  const fourth = halve(nn.relu(convolve(third.ref, 4).add(third)));
  const states = gru(np.transpose(fourth, [0, 2, 1]), p);
  const [batch, steps, width] = states.shape as [number, number, number];
  const keys = np.tanh(linear(states.ref.reshape([batch * steps, width]), p, 'attention'));
  const scores = np.matmul(keys, p['attention.query']!.ref.reshape([-1, 1]));
  const weights = nn.softmax(scores.reshape([batch, steps]), 1);
  const context = np.sum(states.mul(weights.reshape([batch, steps, 1])), 1);
  const dense = nn.relu(linear(np.concatenate([context, rhythm], 1), p, 'dense'));
  return { logits: linear(dense, p, 'output'), statistics };
}

function split(values: ParameterValues): { weights: Tree; running: Tree } {
  const trees = { weights: {} as Tree, running: {} as Tree };
  for (const [name, { shape, values: data, buffer = false }] of values) {
    trees[buffer ? 'running' : 'weights'][name] = np.array(Float32Array.from(data), { shape: [...shape] });
  }
  return trees;
}

function batchArrays({ window, rhythm, label }: BeatBatch): [window: JaxArray, rhythm: JaxArray] {
  const { channels, samples, features } = NETWORK;
  return [
    np.array(window.slice(), { shape: [label.length, channels, samples] }),
    np.array(rhythm.slice(), { shape: [label.length, features] }),
  ];
}

const keep = (tree: Tree): Tree => Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, value.ref]));
const release = (tree: Tree): void => {
  for (const value of Object.values(tree)) value.dispose();
};

export function jaxInference(
  backend: JaxBackend,
  values: ParameterValues,
  batch: BeatBatch,
  expected: ArrayLike<number>,
): Entry {
  const open = async () => {
    await openJax(backend);
    const { weights, running } = split(values);
    const network = jit((p: Tree, r: Tree, window: JaxArray, rhythm: JaxArray) => forward(p, window, rhythm, r).logits);
    const infer = async () => {
      const logits = network(keep(weights), keep(running), ...batchArrays(batch));
      return (await logits.data()) as Float32Array;
    };
    return {
      error: relativeError(await infer(), expected),
      sample: async (iterations: number) => {
        await openJax(backend);
        return timed(async () => {
          for (let i = 0; i < iterations; i++) await infer();
        });
      },
      close: () => {
        network.dispose();
        release(weights);
        release(running);
      },
    };
  };
  return { name: JAX_NAMES[backend], open };
}

interface State extends Record<string, Tree> {
  readonly weights: Tree;
  readonly running: Tree;
  readonly first: Tree;
  readonly second: Tree;
}

/** Adam (Kingma & Ba 2015) on every weight, and the running statistics moved. */
function update(state: State, gradient: Tree, statistics: Tree, corrections: JaxArray): State {
  const next: State = { weights: {}, running: {}, first: {}, second: {} };
  for (const [name, g] of Object.entries(gradient)) {
    const m = state.first[name]!.mul(0.9).add(g.ref.mul(0.1));
    const v = state.second[name]!.mul(0.999).add(np.square(g).mul(0.001));
    const step = m.ref.mul(corrections.ref.slice(0)).div(np.sqrt(v.ref.mul(corrections.ref.slice(1))).add(1e-8));
    next.weights[name] = state.weights[name]!.sub(step.mul(LEARNING_RATE));
    next.first[name] = m;
    next.second[name] = v;
  }
  for (const [name, value] of Object.entries(statistics)) {
    next.running[name] = state.running[name]!.mul(1 - MOMENTUM).add(value.mul(MOMENTUM));
  }
  corrections.dispose();
  return next;
}

export function jaxTraining(
  backend: JaxBackend,
  values: ParameterValues,
  batch: BeatBatch,
  expected: readonly number[],
): Entry {
  const open = async () => {
    await openJax(backend);
    const zeros = (tree: Tree): Tree =>
      Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, np.zeros(value.shape)]));
    const trees = split(values);
    let state: State = { ...trees, first: zeros(trees.weights), second: zeros(trees.weights) };
    const lossOf = (p: Tree, window: JaxArray, rhythm: JaxArray, target: JaxArray, weight: JaxArray) => {
      const { logits, statistics } = forward(p, window, rhythm);
      const losses = np.sum(nn.logSoftmax(logits, 1).mul(target), 1).mul(-1);
      return [np.sum(losses.mul(weight.ref)).div(np.sum(weight)), statistics] as [JaxArray, Tree];
    };
    const step = jit(
      (from: State, corrections: JaxArray, window: JaxArray, rhythm: JaxArray, target: JaxArray, weight: JaxArray) => {
        const [[loss, statistics], gradient] = valueAndGrad(lossOf, { hasAux: true })(
          keep(from.weights),
          window,
          rhythm,
          target,
          weight,
        ) as unknown as [[JaxArray, Tree], Tree];
        return [loss, update(from, gradient, statistics, corrections)] as [JaxArray, State];
      },
    );
    let done = 0;
    const train = (): JaxArray => {
      done++;
      const corrections = np.array([1 / (1 - 0.9 ** done), 1 / (1 - 0.999 ** done)]);
      const target = nn.oneHot(np.array(batch.label.slice(), { dtype: np.int32 }), NETWORK.classes);
      const [loss, next] = step(state, corrections, ...batchArrays(batch), target, np.array(batch.weight.slice()));
      state = next as State;
      return loss as JaxArray;
    };
    const losses: number[] = [];
    for (let i = 0; i < CHECKED_STEPS; i++) losses.push(...((await train().data()) as Float32Array));
    return {
      error: relativeError(losses, expected),
      sample: async (iterations: number) => {
        await openJax(backend);
        return timed(async () => {
          for (let i = 1; i < iterations; i++) train().dispose();
          await train().data();
        });
      },
      close: () => {
        step.dispose();
        for (const tree of Object.values(state)) release(tree);
      },
    };
  };
  return { name: JAX_NAMES[backend], open };
}
