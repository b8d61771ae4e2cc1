import {
  abs,
  add,
  attentionPool,
  averagePool1d,
  batchNorm,
  concat,
  conv1d,
  dropout,
  f32,
  gatherRows,
  gelu,
  gru,
  i32,
  linear,
  matmul,
  maxPool1d,
  mean,
  multiply,
  relu,
  reshape,
  type Shape,
  scale,
  sigmoid,
  slice,
  softmax,
  subtract,
  sum,
  type Tensor,
  tanh,
  transpose,
} from '../src/index.js';
import { integers, uniform } from '../src/testing/op-case.js';
import { affordable, type GraphDrawing } from './random-graph.js';

/** Adds itself to a drawing, or leaves it as it is where its shape does not suit. */
type Layer = (drawing: GraphDrawing) => void;

const ACTIVATIONS = ['none', 'none', 'relu', 'relu', 'tanh', 'sigmoid'] as const;
const last = (values: readonly Tensor[]): Tensor => values.at(-1)!;

const convolution: Layer = (d) => {
  const [batch, channels, length] = d.shape as [number, number, number];
  const [out, kernel, stride] = [d.length(48), d.between(1, 7), d.pick([1, 1, 1, 2, 3])];
  const padding = d.chance(0.5) ? (kernel - 1) >> 1 : d.between(0, kernel + 1);
  const lengthOut = Math.floor((length + 2 * padding - kernel) / stride) + 1;
  if (lengthOut < 1 || !affordable([batch, out, lengthOut], channels * kernel)) return;
  const weight = d.weight([out, channels, kernel], channels * kernel);
  const bias = d.chance(0.5) ? d.input(f32(out)) : undefined;
  const activation = d.pick(ACTIVATIONS);
  d.add(
    `conv ${out}, ${kernel}, stride ${stride}, padding ${padding}, ${activation}`,
    [batch, out, lengthOut],
    (v, i) => conv1d(last(v), i[weight]!, bias === undefined ? undefined : i[bias]!, { stride, padding, activation }),
  );
  // A relu may let all of a channel through.
  if (activation === 'none' || activation === 'relu') d.shift = bias;
};

const norm: Layer = (d) => {
  const [batch, channels, length = 1] = d.shape as [number, number, number?];
  const training = batch * length >= 8 && d.chance(0.7);
  // What is added to a whole channel goes with its mean: the gradient is 0, and what a device gives is rounding.
  if (training && d.shift !== undefined) d.freeze(d.shift);
  const [weight, bias] = [d.input(f32(channels), uniform(0.5, 2)), d.input(f32(channels))];
  const positive = uniform(0.5, 2);
  const runningMean = training ? d.stored(f32(channels), uniform(-1, 1)) : d.input(f32(channels), undefined, true);
  const runningVariance = training ? d.stored(f32(channels), positive) : d.input(f32(channels), positive, true);
  const activation = d.pick(ACTIVATIONS);
  d.add(`norm ${training ? 'of the batch' : 'as learned'}, ${activation}`, d.shape, (v, i) =>
    batchNorm(
      last(v),
      ...[{ weight: i[weight]!, bias: i[bias]!, runningMean: i[runningMean]!, runningVariance: i[runningVariance]! }],
      { training, epsilon: 0.01, activation },
    ),
  );
};

const pool: Layer = (d) => {
  const [batch, channels, length] = d.shape as [number, number, number];
  const isUsual = d.chance(0.6);
  const kernel = isUsual ? 2 : d.pick([1, 2, 2, 2, 3, 4, 5]);
  const stride = isUsual ? 2 : d.pick([1, 2, 2, 3, 5]);
  const padding = isUsual ? 0 : d.between(0, kernel >> 1);
  const lengthOut = Math.floor((length + 2 * padding - kernel) / stride) + 1;
  if (lengthOut < 1 || length + 2 * padding < kernel) return;
  const [name, of] = d.pick([
    ['max', maxPool1d] as const,
    ['max', maxPool1d] as const,
    ['average', averagePool1d] as const,
  ]);
  d.add(`${name} pool ${kernel}, stride ${stride}, padding ${padding}`, [batch, channels, lengthOut], (v) =>
    of(last(v), { kernel, stride, padding }),
  );
};

const unary: Layer = (d) => {
  const of = d.pick([relu, relu, tanh, sigmoid, gelu, abs]);
  d.add(of === relu ? 'relu' : 'unary', d.shape, (v) => of(last(v)));
};

const binary: Layer = (d) => {
  const of = d.pick([add, add, subtract, multiply]);
  const stretched = d.shape.map((length) => (d.chance(0.6) ? length : 1));
  const other = d.input(f32(...stretched.slice(d.chance(0.3) ? d.between(0, d.shape.length - 1) : 0)));
  const isFirst = d.chance(0.5);
  d.add(`with [${stretched}]`, d.shape, (v, i) => (isFirst ? of(i[other]!, last(v)) : of(last(v), i[other]!)));
};

const residual: Layer = (d) => {
  const at = d.earlier((shape) => `${shape}` === `${d.shape}`);
  if (at === undefined) return;
  const of = d.pick([add, add, multiply]);
  d.add(`with value ${at}`, d.shape, (v) => of(last(v), v[at]!));
};

/** What a device may do in one dispatch: a convolution, its norm, an addend, an activation, pooling. */
const block: Layer = (d) => {
  const steps = d.names.length;
  convolution(d);
  if (d.names.length === steps) return;
  for (const [share, layer] of [
    [0.9, norm],
    [0.2, binary],
    [0.3, unary],
    [0.9, pool],
  ] as const) {
    if (d.chance(share)) layer(d);
  }
};

const joined: Layer = (d) => {
  const axis = d.between(0, d.shape.length - 1);
  const others = (shape: Shape) => `${shape.map((length, at) => (at === axis ? 0 : length))}`;
  const at = d.earlier((shape) => others(shape) === others(d.shape));
  const part = at === undefined ? d.input(f32(...d.shape.map((n, i) => (i === axis ? d.length(9) : n)))) : undefined;
  const more = at === undefined ? d.inputs[part!]!.type.shape[axis]! : d.shapes[at]![axis]!;
  const shape = d.shape.map((length, i) => (i === axis ? length + more : length));
  d.add(`concat ${more} along ${axis}`, shape, (v, i) =>
    concat([last(v), at === undefined ? i[part!]! : v[at]!], axis),
  );
};

const cut: Layer = (d) => {
  const axis = d.between(0, d.shape.length - 1);
  const from = d.random.integer(d.shape[axis]!);
  const to = d.between(from + 1, d.shape[axis]!);
  d.add(
    `slice ${from} to ${to} along ${axis}`,
    d.shape.map((length, at) => (at === axis ? to - from : length)),
    (v) => slice(last(v), axis, from, to),
  );
};

const turned: Layer = (d) => {
  const rest = [...d.shape.keys()];
  const axes = d.shape.map(() => rest.splice(d.random.integer(rest.length), 1)[0]!);
  const shape = axes.map((axis) => d.shape[axis]!);
  d.add(`transpose ${axes}`, shape, (v) => transpose(last(v), axes));
};

const flattened: Layer = (d) => {
  const [batch, ...rest] = d.shape as [number, ...number[]];
  const inner = rest.reduce((product, length) => product * length, 1);
  const divisor = d.pick([1, 2, 3, 4].filter((part) => inner % part === 0));
  const shape = d.chance(0.3) ? [batch, inner] : [batch, divisor, inner / divisor];
  d.add(`reshape [${shape}]`, shape, (v) => reshape(last(v), shape));
};

const stretched: Layer = (d) => {
  const [factor, probability] = [d.pick([-2.5, 0.5, 1.25]), d.pick([0, 0.3, 0.5])];
  if (d.chance(0.5)) return d.add(`scale ${factor}`, d.shape, (v) => scale(last(v), factor));
  Object.assign(d.scalars, { seed: 5, step: 3 });
  d.add(`dropout ${probability}`, d.shape, (v) => dropout(last(v), { probability }));
};

const shares: Layer = (d) => d.add('softmax', d.shape, (v) => softmax(last(v)));

const dense: Layer = (d) => {
  const [out, width] = [d.length(65), d.shape.at(-1)!];
  const shape = [...d.shape.slice(0, -1), out];
  if (!affordable(shape, width)) return;
  const weight = d.weight([out, width], width);
  const bias = d.chance(0.6) ? d.input(f32(out)) : undefined;
  const activation = d.pick(ACTIVATIONS);
  d.add(`linear ${out}, ${activation}`, shape, (v, i) =>
    linear(last(v), i[weight]!, bias === undefined ? undefined : i[bias]!, { activation }),
  );
};

const product: Layer = (d) => {
  const [outer, own] = [d.shape.slice(0, -2), d.shape.slice(-2)];
  const [transposeA, transposeB] = [d.chance(0.5), d.chance(0.5)];
  const [m, k] = (transposeA ? [own[1], own[0]] : own) as [number, number];
  const n = d.length(65);
  if (!affordable([...outer, m, n], k)) return;
  const b = d.weight([...outer, ...(transposeB ? [n, k] : [k, n])], k);
  d.add(`product with [${k}, ${n}], ${transposeA}, ${transposeB}`, [...outer, m, n], (v, i) =>
    matmul(last(v), i[b]!, { transposeA, transposeB }),
  );
};

const recurrence: Layer = (d) => {
  const [batch, steps, width] = d.shape as [number, number, number];
  const [directions, hidden] = [d.between(1, 2), d.length(33)];
  if (steps > 24 || !affordable([batch, steps, directions, 3, hidden], hidden + width)) return;
  const bounded = uniform(-1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden));
  const [inputWeight, recurrentWeight, inputBias, recurrentBias] = [
    [3 * hidden, width],
    [3 * hidden, hidden],
    [3 * hidden],
    [3 * hidden],
  ].map((shape) => d.input(f32(directions, ...shape), bounded)) as [string, string, string, string];
  d.add(`gru ${directions}×${hidden}`, [batch, steps, directions * hidden], (v, i) =>
    gru(last(v), {
      inputWeight: i[inputWeight]!,
      recurrentWeight: i[recurrentWeight]!,
      inputBias: i[inputBias]!,
      recurrentBias: i[recurrentBias]!,
    }),
  );
};

const attention: Layer = (d) => {
  const [batch, , width] = d.shape as [number, number, number];
  const keys = d.length(33);
  const [weight, query] = [d.weight([keys, width], width), d.input(f32(keys))];
  d.add(
    `attention ${keys}`,
    [batch, width],
    (v, i) => attentionPool(last(v), linear(last(v), i[weight]!, undefined, { activation: 'tanh' }), i[query]!).context,
  );
};

const reduced: Layer = (d) => {
  const axis = d.between(0, d.shape.length - 1);
  const [name, of] = d.pick([['mean', mean] as const, ['sum', sum] as const]);
  d.add(
    `${name} along ${axis}`,
    d.shape.filter((_, at) => at !== axis),
    (v) => of(last(v), axis),
  );
};

const rows: Layer = (d) => {
  const [table, ...rest] = d.shape as [number, ...number[]];
  const count = d.length(33);
  const index = d.input(i32(count), integers(table));
  d.add(`rows ${count}`, [count, ...rest], (v, i) => gatherRows(last(v), i[index]!));
};

const ANY: readonly Layer[] = [
  unary,
  binary,
  residual,
  joined,
  cut,
  turned,
  stretched,
  shares,
  dense,
  product,
  rows,
  norm,
];
const OF_TWO: readonly Layer[] = [...ANY, flattened, dense, dense];
const OF_THREE: readonly Layer[] = [
  ...[...ANY, flattened, reduced, pool, pool, convolution, convolution, block, block, block, block],
  ...[recurrence, recurrence, attention],
];

/** What may follow a value of this shape. */
export const layersOf = (shape: Shape): readonly Layer[] => (shape.length === 2 ? OF_TWO : OF_THREE);
