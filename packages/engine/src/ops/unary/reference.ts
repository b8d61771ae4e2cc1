import { reference } from '../reference.js';
import { unaryFunctions } from './functions.js';
import { FROM_VALUE } from './gradient.js';
import type { UnaryAttributes } from './unary.js';

/** y = f(x). */
export const unaryReference = reference<UnaryAttributes>(({ inputs, outputs, attributes }) => {
  const { value } = unaryFunctions[attributes.function];
  const [x, y] = [inputs[0]!, outputs[0]!];
  for (let i = 0; i < x.length; i++) y[i] = value(x[i]!);
});

/** dx = dy · f'(x). */
export const unaryGradientReference = reference<UnaryAttributes>(({ inputs, outputs, attributes }) => {
  const { derivative } = unaryFunctions[attributes.function];
  const fromValue = FROM_VALUE.has(attributes.function);
  const [dy, value, dx] = [inputs[0]!, inputs[1]!, outputs[0]!];
  for (let i = 0; i < dy.length; i++) {
    dx[i] = dy[i]! * (fromValue ? derivative(Number.NaN, value[i]!) : derivative(value[i]!, Number.NaN));
  }
});
