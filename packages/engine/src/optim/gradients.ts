import { gradientsOf } from '../autodiff/gradients.js';
import type { Tensor } from '../graph/tensor.js';
import type { Parameters } from '../nn/parameters.js';
import { pack } from '../ops/pack/pack.js';
import { sum } from '../ops/reduce/reduce.js';
import { sqrt, square } from '../ops/unary/unary.js';

/** ∂loss/∂w for all trained parameters as one flat tensor laid out like them; zero where the loss does not depend. */
export function gradients(loss: Tensor, parameters: Parameters): Tensor {
  const { names } = parameters;
  const found = gradientsOf(
    loss,
    names.map((name) => parameters.get(name)),
  );
  const reached = found.flatMap((gradient, index) => (gradient ? [{ gradient, name: names[index]! }] : []));
  return pack(
    reached.map(({ gradient }) => gradient),
    { offsets: reached.map(({ name }) => parameters.offsetOf(name)), length: parameters.weights.length },
  );
}

/** √Σg²: the length of the whole gradient, for clipping and for watching a training. */
export function globalNorm(gradient: Tensor): Tensor {
  return sqrt(sum(square(gradient)));
}
