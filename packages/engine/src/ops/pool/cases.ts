import { f32 } from '../../graph/shape.js';
import type { OpCase, ValueRule } from '../../testing/op-case.js';
import { averagePool1dGradient, maxPool1dGradient } from './gradient.js';
import { averagePool1d, maxPool1d } from './pool.js';

interface Pooling {
  readonly what: string;
  readonly x: readonly [batch: number, channels: number, length: number];
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

const poolings: readonly Pooling[] = [
  { what: 'first layer of the network', x: [2, 24, 160], kernel: 2 },
  { what: 'second layer', x: [2, 48, 80], kernel: 2 },
  { what: 'fourth layer', x: [2, 64, 40], kernel: 2 },
  { what: 'one value', x: [1, 1, 1], kernel: 1 },
  { what: 'one window', x: [3, 2, 5], kernel: 5 },
  { what: 'a sample left over', x: [1, 3, 257], kernel: 2 },
  { what: 'overlapping windows', x: [2, 3, 41], kernel: 5, stride: 2, padding: 2 },
  { what: 'a window at every sample', x: [2, 3, 33], kernel: 3, stride: 1, padding: 1 },
  { what: 'gaps between windows', x: [2, 3, 30], kernel: 2, stride: 5, padding: 1 },
  { what: 'a row shorter than the kernel', x: [2, 2, 1], kernel: 3, stride: 1, padding: 1 },
  { what: 'more than 65,535 values', x: [1, 3, 23_334], kernel: 2 },
];

function describe({ what, x, kernel, stride = kernel, padding = 0 }: Pooling): string {
  return `${what}: [${x}], kernel ${kernel}, stride ${stride}, padding ${padding}`;
}

function attributes({ kernel, stride = kernel, padding = 0 }: Pooling) {
  return { kernel, stride, padding };
}

const windows = ({ x, kernel, stride = kernel, padding = 0 }: Pooling) =>
  Math.floor((x[2] + 2 * padding - kernel) / stride) + 1;

/** Values far enough apart that a central difference never changes which is the largest. */
const shuffled: ValueRule = (random) => random.integer(2_000) / 100 - 10;
const distinct: ValueRule = (random, index) => shuffled(random, index) + (index % 7) / 1000;

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -3];
const special: ValueRule = (random) => SPECIAL[random.integer(SPECIAL.length)]!;

const exact = { terms: 1, scale: 'output' } as const;
/** The sum's roundings and the division's 2.5 units. */
const averaged = ({ kernel }: Pooling) => ({ terms: kernel + 4, scale: 'absolute' }) as const;

export const maxPool1dCases: readonly OpCase[] = [
  ...poolings.map(
    (pooling): OpCase => ({
      name: describe(pooling),
      inputs: { x: { type: f32(...pooling.x), values: distinct } },
      build: ({ x }) => ({ y: maxPool1d(x!, attributes(pooling)) }),
      tolerance: exact,
      // Overlapping windows' gradients are added, and so may cancel.
      gradients: { terms: 2 * pooling.kernel + 4, scale: 'largest' },
    }),
  ),
  ...[
    { name: 'NaN wins, padding never does', length: 60, options: { kernel: 3, stride: 1, padding: 1 } },
    { name: 'NaN wins in windows of two side by side', length: 64, options: { kernel: 2 } },
  ].map(
    ({ name, length, options }): OpCase => ({
      name,
      inputs: { x: { type: f32(2, 3, length), values: special } },
      build: ({ x }) => ({ y: maxPool1d(x!, options) }),
      tolerance: exact,
      gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
    }),
  ),
];

export const averagePool1dCases: readonly OpCase[] = [
  ...poolings.map(
    (pooling): OpCase => ({
      name: describe(pooling),
      inputs: { x: { type: f32(...pooling.x) } },
      build: ({ x }) => ({ y: averagePool1d(x!, attributes(pooling)) }),
      tolerance: averaged(pooling),
      gradients: { ...averaged(pooling), terms: 3 * pooling.kernel + 10 },
    }),
  ),
  {
    name: 'NaN and infinities spoil their own windows',
    inputs: { x: { type: f32(2, 3, 60), values: special } },
    build: ({ x }) => ({ y: averagePool1d(x!, { kernel: 2 }) }),
    tolerance: averaged({ what: '', x: [2, 3, 60], kernel: 2 }),
    gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
  },
];

const derivative = {
  skip: 'the op is a derivative itself; it is compared with differences through the pooling',
} as const;

export const maxPool1dGradientCases: readonly OpCase[] = [
  ...poolings.map((pooling) => ({ pooling, what: describe(pooling), values: distinct })),
  {
    pooling: { what: '', x: [2, 3, 50], kernel: 3, stride: 1, padding: 1 } satisfies Pooling,
    what: 'the first of equal maxima takes all',
    values: ((random) => random.integer(2)) satisfies ValueRule,
  },
].map(
  ({ pooling, what, values }): OpCase => ({
    name: what,
    inputs: {
      dy: { type: f32(pooling.x[0], pooling.x[1], windows(pooling)) },
      x: { type: f32(...pooling.x), values },
    },
    build: ({ dy, x }) => ({ dx: maxPool1dGradient(dy!, x!, attributes(pooling)) }),
    tolerance: { terms: pooling.kernel + 1, scale: 'largest' },
    gradients: derivative,
  }),
);

export const averagePool1dGradientCases: readonly OpCase[] = poolings.map(
  (pooling): OpCase => ({
    name: describe(pooling),
    inputs: { dy: { type: f32(pooling.x[0], pooling.x[1], windows(pooling)) } },
    build: ({ dy }) => ({ dx: averagePool1dGradient(dy!, { ...attributes(pooling), length: pooling.x[2] }) }),
    tolerance: averaged(pooling),
    gradients: derivative,
  }),
);
