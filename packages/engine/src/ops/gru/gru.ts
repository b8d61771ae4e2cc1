import { shapeError } from '../../errors.js';
import { showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { linear } from '../matmul/linear.js';
import { reshape } from '../reshape/reshape.js';
import { gruRecurrence } from './recurrence.js';

/** Rows of the weights and biases are the gates r, z, n, in this order, as in PyTorch's `weight_ih_l0` and the like. */
export interface GruParameters {
  /** [directions, 3·hidden, in] */
  readonly inputWeight: Tensor;
  /** [directions, 3·hidden, hidden] */
  readonly recurrentWeight: Tensor;
  /** [directions, 3·hidden] */
  readonly inputBias: Tensor;
  /** [directions, 3·hidden] */
  readonly recurrentBias: Tensor;
}

/**
 * A gated recurrent unit (Cho et al. 2014) over whole sequences, from a state of zeros. x [batch, steps, in] →
 * [batch, steps, directions·hidden]; with two directions the second runs from the last step to the first, and its states
 * stand behind the first's. PyTorch's form, the reset gate applied after U·h + b (ONNX: `linear_before_reset` = 1):
 *
 *     r = σ(W_r·x + b_r + U_r·h + c_r)          n  = tanh(W_n·x + b_n + r ⊙ (U_n·h + c_n))
 *     z = σ(W_z·x + b_z + U_z·h + c_z)          h' = (1 − z) ⊙ n + z ⊙ h
 *
 * On WebGPU hidden sizes up to 256 run everywhere; beyond, LIMIT_EXCEEDED where the device has no larger workgroups.
 * Throws SHAPE_MISMATCH.
 */
export function gru(x: Tensor, { inputWeight, recurrentWeight, inputBias, recurrentBias }: GruParameters): Tensor {
  const [directions, gates, width] = inputWeight.shape;
  if (x.shape.length !== 3 || inputWeight.shape.length !== 3 || width !== x.shape[2]) {
    throw shapeError(
      'gru',
      `needs x [batch, steps, in] and inputWeight [directions, 3·hidden, in]; got ${showShape(x.shape)} and ${showShape(inputWeight.shape)}`,
    );
  }
  if (inputBias.shape.length !== 2 || inputBias.shape[0] !== directions || inputBias.shape[1] !== gates) {
    throw shapeError('gru', `inputBias must be ${showShape([directions!, gates!])}; got ${showShape(inputBias.shape)}`);
  }
  const rows = directions! * gates!;
  const projected = linear(x, reshape(inputWeight, [rows, width!]), reshape(inputBias, [rows]));
  return gruRecurrence(projected, recurrentWeight, recurrentBias);
}
