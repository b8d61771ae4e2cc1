import type { UnaryFunction } from '../unary/unary.js';
import activationWgsl from './activation.wgsl';
import isNanWgsl from './is-nan.wgsl';

/** Activations a kernel can apply to its result before storing it. Each one's gradient follows from its output alone. */
export type Activation = 'none' | Extract<UnaryFunction, 'relu' | 'tanh' | 'sigmoid'>;

/** The value of the kernels' ACTIVATION constant. */
export const ACTIVATION_CODES = { none: 0, relu: 1, tanh: 2, sigmoid: 3, gelu: 4 } as const;

/** `fn is_nan(x)`, `safe_exp` and `safe_log`, to be put before a kernel that uses them. */
export const isNanSource: string = isNanWgsl;

/** `fn activate(x)`, `safe_tanh`, `safe_sigmoid`, `gelu` and `is_nan`, to be put before a kernel that uses them. */
export const activationSource: string = isNanWgsl + activationWgsl;

/** `activate` in f64, for references. */
export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case 'none':
      return x;
    case 'relu':
      return Math.max(x, 0);
    case 'tanh':
      return Math.tanh(x);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-x));
  }
}
