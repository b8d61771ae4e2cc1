import { type Activation, activationSource } from './activation.js';
import derivativeWgsl from './derivative.wgsl';

/** What `activationSource` has and `fn activation_derivative(y)`, which takes the activation's result. */
export const activationDerivativeSource: string = activationSource + derivativeWgsl;

/** f′(x) in f64 from y = f(x). */
export function activationDerivative(activation: Activation, y: number): number {
  switch (activation) {
    case 'none':
      return 1;
    case 'relu':
      return y > 0 ? 1 : Number.isNaN(y) ? y : 0;
    case 'tanh':
      return 1 - y * y;
    case 'sigmoid':
      return y * (1 - y);
  }
}
