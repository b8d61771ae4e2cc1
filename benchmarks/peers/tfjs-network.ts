import type { ParameterValues } from '@ecgpu/engine';
import type { BeatBatch, BeatNetworkShape } from '@ecgpu/model';
import * as tf from '@tensorflow/tfjs-core';
import { NETWORK } from '../beats.js';
import { type Entry, relativeError, timed } from '../measurement/contender.js';
import { CHECKED_STEPS, LEARNING_RATE } from './ecgpu.js';
import { onTfjs, openTfjs, TFJS_NAMES, type TfjsBackend } from './tfjs.js';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/** The beat network as one writes it for tfjs: channels last, the GRU as a loop, built-in batch-norm and pooling. */
class TfjsNetwork {
  readonly #variables = new Map<string, tf.Variable>();
  readonly #shape: BeatNetworkShape;

  constructor(values: ParameterValues, shape: BeatNetworkShape) {
    this.#shape = shape;
    for (const [name, { shape: size, values: data, buffer = false }] of values) {
      const value = tf.tensor(data, [...size]);
      this.#variables.set(name, tf.variable(layoutOf(name, value), !buffer));
    }
  }

  get trained(): tf.Variable[] {
    return [...this.#variables.values()].filter(({ trainable }) => trainable);
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
  }

  #get(name: string): tf.Variable {
    return this.#variables.get(name)!;
  }

  #convolve(x: tf.Tensor3D, n: number, training: boolean): tf.Tensor3D {
    const convolved = tf.add(
      tf.conv1d(x, this.#get(`conv${n}.weight`) as tf.Tensor as tf.Tensor3D, 1, 'same'),
      this.#get(`conv${n}.bias`),
    );
    const [scale, offset] = [this.#get(`norm${n}.weight`), this.#get(`norm${n}.bias`)] as unknown as tf.Tensor1D[];
    let mean: tf.Tensor = this.#get(`norm${n}.runningMean`);
    let variance: tf.Tensor = this.#get(`norm${n}.runningVariance`);
    if (training) {
      const moments = tf.moments(convolved, [0, 1]);
      const count = convolved.shape[0]! * convolved.shape[1]!;
      this.#average(`norm${n}.runningMean`, moments.mean);
      this.#average(`norm${n}.runningVariance`, tf.mul(moments.variance, count / (count - 1)));
      ({ mean, variance } = moments);
    }
    return tf.batchNorm(convolved, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, EPSILON) as tf.Tensor3D;
  }

  #average(name: string, value: tf.Tensor): void {
    const running = this.#get(name);
    running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM)));
  }

  #gru(x: tf.Tensor3D): tf.Tensor3D {
    const [batch, steps, width] = x.shape;
    const { hidden } = this.#shape;
    const flat = tf.reshape(x, [batch * steps, width]);
    const states = [0, 1].map((direction) => {
      const of = <T extends tf.Tensor>(name: string) => tf.squeeze<T>(tf.slice(this.#get(name), [direction], [1]), [0]);
      const projected = tf.add(tf.matMul(flat, of<tf.Tensor2D>('gru.inputWeight'), false, true), of('gru.inputBias'));
      const inputs = tf.unstack(tf.reshape(projected, [batch, steps, 3 * hidden]), 1);
      const recurrentWeight = of<tf.Tensor2D>('gru.recurrentWeight');
      const recurrentBias = of('gru.recurrentBias');
      let state: tf.Tensor = tf.zeros([batch, hidden]);
      const out: tf.Tensor[] = [];
      for (let step = 0; step < steps; step++) {
        const at = direction === 0 ? step : steps - 1 - step;
        const recurrent = tf.add(tf.matMul(state, recurrentWeight, false, true), recurrentBias);
        const [xr, xz, xn] = tf.split(inputs[at]!, 3, 1);
        const [hr, hz, hn] = tf.split(recurrent, 3, 1);
        const reset = tf.sigmoid(tf.add(xr!, hr!));
        const update = tf.sigmoid(tf.add(xz!, hz!));
        const fresh = tf.tanh(tf.add(xn!, tf.mul(reset, hn!)));
        state = tf.add(fresh, tf.mul(update, tf.sub(state, fresh)));
        out[at] = state;
      }
      return tf.stack(out, 1);
    });
    return tf.concat(states, 2) as tf.Tensor3D;
  }

  #linear(x: tf.Tensor2D, name: string): tf.Tensor2D {
    return tf.add(
      tf.matMul(x, this.#get(`${name}.weight`) as tf.Tensor as tf.Tensor2D, false, true),
      this.#get(`${name}.bias`),
    );
  }

  /** window [batch, channels, samples] as we lay it out; logits [batch, classes]. */
  logits(window: tf.Tensor3D, rhythm: tf.Tensor2D, training: boolean): tf.Tensor2D {
    let x: tf.Tensor3D = tf.transpose(window, [0, 2, 1]);
    x = halve(tf.relu(this.#convolve(x, 1, training)));
    x = halve(tf.relu(this.#convolve(x, 2, training)));
    const third = tf.relu(this.#convolve(x, 3, training));
    x = halve(tf.relu(tf.add<tf.Tensor3D>(this.#convolve(third, 4, training), third)));
    const states = this.#gru(x);
    const [batch, steps, width] = states.shape;
    const keys = tf.tanh(this.#linear(tf.reshape(states, [batch * steps, width]), 'attention'));
    const query = tf.reshape(this.#get('attention.query'), [-1, 1]);
    const weights = tf.softmax(tf.reshape(tf.matMul(keys, query as tf.Tensor2D), [batch, steps]));
    const context = tf.sum(tf.mul(states, tf.expandDims(weights, 2)), 1);
    const dense = tf.relu(this.#linear(tf.concat([context, rhythm], 1) as tf.Tensor2D, 'dense'));
    return this.#linear(dense, 'output');
  }
}

/** Kernels lie as [kernel, in, out] in tfjs. */
function layoutOf(name: string, value: tf.Tensor): tf.Tensor {
  return /^conv\d\.weight$/.test(name) ? tf.transpose(value, [2, 1, 0]) : value;
}

function halve(x: tf.Tensor3D): tf.Tensor3D {
  const [batch, length, channels] = x.shape;
  const pooled = tf.maxPool(tf.reshape(x, [batch, 1, length, channels]) as tf.Tensor4D, [1, 2], [1, 2], 'valid');
  return tf.reshape(pooled, [batch, length / 2, channels]);
}

function inputs({ window, rhythm, label }: BeatBatch): { window: tf.Tensor3D; rhythm: tf.Tensor2D } {
  const { channels, samples, features } = NETWORK;
  return {
    window: tf.tensor3d(window, [label.length, channels, samples]),
    rhythm: tf.tensor2d(rhythm, [label.length, features]),
  };
}

export function tfjsInference(
  backend: TfjsBackend,
  values: ParameterValues,
  batch: BeatBatch,
  expected: ArrayLike<number>,
): Entry {
  const open = async () => {
    await openTfjs(backend);
    const network = await (async () => {
      await tf.setBackend(backend);
      return new TfjsNetwork(values, NETWORK);
    })();
    const infer = () =>
      onTfjs(backend, () => {
        const { window, rhythm } = inputs(batch);
        return network.logits(window, rhythm, false);
      });
    return {
      error: relativeError(await infer(), expected),
      sample: (iterations: number) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) await infer();
        }),
      close: () => network.dispose(),
    };
  };
  return { name: TFJS_NAMES[backend], open };
}

export function tfjsTraining(
  backend: TfjsBackend,
  values: ParameterValues,
  batch: BeatBatch,
  expected: readonly number[],
): Entry {
  const open = async () => {
    await openTfjs(backend);
    await tf.setBackend(backend);
    const network = new TfjsNetwork(values, NETWORK);
    const optimiser = tf.train.adam(LEARNING_RATE, 0.9, 0.999, 1e-8);
    const step = () =>
      tf.tidy(() => {
        const { window, rhythm } = inputs(batch);
        const weight = tf.tensor1d(batch.weight);
        const target = tf.oneHot(tf.tensor1d(batch.label, 'int32'), NETWORK.classes);
        const loss = () => {
          const logProbabilities = tf.logSoftmax(network.logits(window, rhythm, true));
          const losses = tf.neg(tf.sum(tf.mul(logProbabilities, target), 1));
          return tf.div(tf.sum(tf.mul(losses, weight)), tf.sum(weight)) as tf.Scalar;
        };
        return optimiser.minimize(loss, true, network.trained)!;
      });
    const losses: number[] = [];
    for (let i = 0; i < CHECKED_STEPS; i++) losses.push(...(await onTfjs(backend, step)));
    return {
      error: relativeError(losses, expected),
      sample: (iterations: number) =>
        timed(async () => {
          await tf.setBackend(backend);
          for (let i = 1; i < iterations; i++) step().dispose();
          await onTfjs(backend, step);
        }),
      close: () => {
        optimiser.dispose();
        network.dispose();
      },
    };
  };
  return { name: TFJS_NAMES[backend], open };
}
