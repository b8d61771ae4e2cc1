import { f32 } from '../../graph/shape.js';
import { apply } from '../../graph/trace.js';
import { awayFrom, type OpCase, uniform, type ValueRule } from '../../testing/op-case.js';
import { FROM_VALUE, unaryDerivative } from './gradient.js';
import { UNARY_CODES, type UnaryFunction, unaryOp } from './unary.js';

const DOMAINS: Partial<Record<UnaryFunction, ValueRule>> = {
  relu: awayFrom(0),
  abs: awayFrom(0),
  log: uniform(0.1, 10),
  sqrt: uniform(0.1, 10),
};

/** WGSL lets tanh be off by 1e-5 and exp by 3 + 2|x| units; sigmoid and softplus are made from exp. */
const tolerance = { terms: 64, scale: 'output', absolute: 1e-5 } as const;
const sizes = [1, 255, 256, 257, 70_000];
const names = Object.keys(UNARY_CODES) as UnaryFunction[];

const SPECIAL = [0, -0, 1e30, -1e30, 88, -88, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

export const unaryCases: readonly OpCase[] = [
  ...names.map((name, index): OpCase => {
    const size = sizes[index % sizes.length]!;
    return {
      name: `${name} [${size}]`,
      inputs: { x: { type: f32(size), ...(DOMAINS[name] ? { values: DOMAINS[name] } : {}) } },
      build: ({ x }) => ({ y: apply(unaryOp, [x!], { function: name })[0]! }),
      tolerance,
    };
  }),
  ...(['relu', 'tanh', 'sigmoid', 'abs'] as const).map(
    (name): OpCase => ({
      name: `${name} of zeros, huge values, NaN and infinities`,
      inputs: { x: { type: f32(SPECIAL.length), values: (_, index) => SPECIAL[index]! } },
      build: ({ x }) => ({ y: apply(unaryOp, [x!], { function: name })[0]! }),
      tolerance,
      gradients: { skip: 'derivatives at NaN and infinity mean nothing' },
    }),
  ),
  ...names.map(
    (name): OpCase => ({
      name: `${name} of NaN among numbers`,
      inputs: { x: { type: f32(3), values: (_, index) => [1, Number.NaN, 2][index]! } },
      build: ({ x }) => ({ y: apply(unaryOp, [x!], { function: name })[0]! }),
      tolerance,
      gradients: { skip: 'derivatives at NaN mean nothing' },
    }),
  ),
];

export const unaryGradientCases: readonly OpCase[] = names.map(
  (name): OpCase => ({
    name: `${name} derivative [257]`,
    inputs: {
      dy: { type: f32(257) },
      value: {
        type: f32(257),
        values: FROM_VALUE.has(name) ? uniform(0.1, 0.9) : (DOMAINS[name] ?? ((random) => random.normal())),
      },
    },
    build: ({ dy, value }) => ({ dx: unaryDerivative(name, dy!, value!) }),
    tolerance,
    gradients: { skip: 'the op is a derivative itself; it is compared with differences through `unary`' },
  }),
);
