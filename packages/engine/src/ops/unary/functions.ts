/** A function of one number, its derivative, and how the kernels know it. */
interface Definition {
  /** The value of the kernels' FUNCTION constant. */
  readonly code: number;
  readonly value: (x: number) => number;
  /** Derivative from the argument `x` and the value `y`. At a kink: the right-hand limit's convention of PyTorch. */
  readonly derivative: (x: number, y: number) => number;
}

const GELU_SLOPE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const geluTanh = (x: number) => Math.tanh(GELU_SLOPE * (x + GELU_CUBIC * x ** 3));

export const unaryFunctions = {
  relu: { code: 1, value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0) },
  tanh: { code: 2, value: Math.tanh, derivative: (_, y) => 1 - y * y },
  sigmoid: { code: 3, value: sigmoid, derivative: (_, y) => y * (1 - y) },
  // The tanh form (Hendrycks & Gimpel 2016, eq. 2); PyTorch's gelu(approximate='tanh').
  gelu: {
    code: 4,
    value: (x) => 0.5 * x * (1 + geluTanh(x)),
    derivative: (x) => {
      const t = geluTanh(x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_SLOPE * (1 + 3 * GELU_CUBIC * x * x);
    },
  },
  exp: { code: 5, value: Math.exp, derivative: (_, y) => y },
  log: { code: 6, value: Math.log, derivative: (x) => 1 / x },
  sqrt: { code: 7, value: Math.sqrt, derivative: (_, y) => 0.5 / y },
  square: { code: 8, value: (x) => x * x, derivative: (x) => 2 * x },
  abs: { code: 9, value: Math.abs, derivative: (x) => (Number.isNaN(x) ? x : Math.sign(x)) },
  // log(1 + e^x) without overflow.
  softplus: {
    code: 10,
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: (x) => sigmoid(x),
  },
} as const satisfies Record<string, Definition>;

export type UnaryFunction = keyof typeof unaryFunctions;

export interface UnaryAttributes {
  readonly function: UnaryFunction;
}
