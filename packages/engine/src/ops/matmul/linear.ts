import { shapeError } from '../../errors.js';
import { defineOp } from '../../graph/node.js';
import { elements, showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import type { Activation } from '../activation/activation.js';
import { requireF32 } from '../require.js';
import { matmulSteps } from './product.js';

export interface LinearAttributes {
  readonly activation: Activation;
}

/** x [rows, in] · weightᵀ [in, out]. */
export function linearExtent(x: TensorType, weight: TensorType): { batch: 1; m: number; n: number; k: number } {
  const [out, inner] = [weight.shape[0]!, weight.shape[1]!];
  if (weight.shape.length !== 2 || x.shape.length < 1 || x.shape.at(-1) !== inner) {
    throw shapeError(
      'linear',
      `weight must be [out, in] with in = ${x.shape.at(-1)} to match x ${showShape(x.shape)}; got ${showShape(weight.shape)}`,
    );
  }
  return { batch: 1, m: elements(x.shape) / inner, n: out, k: inner };
}

export const linearOp = defineOp({
  name: 'linear',
  infer([x, weight, bias], _attributes: LinearAttributes) {
    for (const tensor of [x!, weight!]) requireF32('linear', tensor);
    const { n } = linearExtent(x!, weight!);
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== n)) {
      throw shapeError(
        'linear',
        `bias must be [${n}] to match weight ${showShape(weight!.shape)}; got ${showShape(bias.shape)}`,
      );
    }
    return [{ dtype: 'f32', shape: [...x!.shape.slice(0, -1), n] }];
  },
  webgpu(lowering) {
    const { inputs, attributes, input, output } = lowering;
    const operands = { a: input(0), b: input(1), c: output(0), ...(inputs[2] ? { bias: input(2) } : {}) };
    const extent = linearExtent(inputs[0]!, inputs[1]!);
    return matmulSteps({ ...extent, ...operands, transposeA: false, transposeB: true, ...attributes }, lowering);
  },
});

/**
 * A dense layer: activation(x · weightᵀ + bias). x [..., in], weight [out, in] and bias [out] as in PyTorch → [..., out].
 * Throws SHAPE_MISMATCH.
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor, { activation = 'none' as Activation } = {}): Tensor {
  return apply(linearOp, bias ? [x, weight, bias] : [x, weight], { activation })[0]!;
}
