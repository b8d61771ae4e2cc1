import type { UnaryFunction } from './unary.js';

/** A function of one number and its derivative. */
interface Definition {
  readonly value: (x: number) => number;
  /** Derivative from the argument `x` and the value `y`. At a kink: the right-hand limit's convention of PyTorch. */
  readonly derivative: (x: number, y: number) => number;
}

const GELU_SLOPE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const geluTanh = (x: number) => Math.tanh(GELU_SLOPE * (x + GELU_CUBIC * x ** 3));

export const unaryFunctions = {
  relu: { value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0) },
  tanh: { value: Math.tanh, derivative: (_, y) => 1 - y * y },
  sigmoid: { value: sigmoid, derivative: (_, y) => y * (1 - y) },
  // The tanh form (Hendrycks & Gimpel 2016, eq. 2); PyTorch's gelu(approximate='tanh').
  gelu: {
    value: (x) => 0.5 * x * (1 + geluTanh(x)),
    derivative: (x) => {
      const t = geluTanh(x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_SLOPE * (1 + 3 * GELU_CUBIC * x * x);
    },
  },
  exp: { value: Math.exp, derivative: (_, y) => y },
  log: { value: Math.log, derivative: (x) => 1 / x },
  sqrt: { value: Math.sqrt, derivative: (_, y) => 0.5 / y },
  square: { value: (x) => x * x, derivative: (x) => 2 * x },
  abs: { value: Math.abs, derivative: (x) => (Number.isNaN(x) ? x : Math.sign(x)) },
  // log(1 + e^x) without overflow.
  softplus: {
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: (x) => sigmoid(x),
  },
} as const satisfies Record<UnaryFunction, Definition>;
