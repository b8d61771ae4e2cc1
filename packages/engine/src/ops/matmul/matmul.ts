import { shapeError } from '../../errors.js';
import type { BufferRef, KernelStep, Lowering } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import { showShape, type TensorType } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { requireF32 } from '../require.js';
import { matmulSteps } from './product.js';

export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** c [batch, m, n] = a [batch, m, k] · b [batch, k, n], transposes already undone. */
export interface MatmulExtent {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export function matmulExtent(a: TensorType, b: TensorType, { transposeA, transposeB }: MatmulAttributes): MatmulExtent {
  const [p, q] = [a.shape, b.shape];
  const batched = p.length === 3;
  const [m, k] = transposeA ? [p.at(-1)!, p.at(-2)!] : [p.at(-2)!, p.at(-1)!];
  const [kb, n] = transposeB ? [q.at(-1)!, q.at(-2)!] : [q.at(-2)!, q.at(-1)!];
  const fits = p.length === q.length && (p.length === 2 || batched) && k === kb && (!batched || p[0] === q[0]);
  if (!fits) {
    throw shapeError(
      'matmul',
      `cannot multiply ${showShape(p)}${transposeA ? 'ᵀ' : ''} by ${showShape(q)}${transposeB ? 'ᵀ' : ''}`,
      'Both need rank 2, or rank 3 with equal batch, and equal inner dimensions.',
    );
  }
  return { batch: batched ? p[0]! : 1, m, n, k };
}

export const matmulOp = defineOp({
  name: 'matmul',
  infer([a, b], attributes: MatmulAttributes) {
    requireF32('matmul', a!);
    requireF32('matmul', b!);
    const { m, n } = matmulExtent(a!, b!, attributes);
    return [{ dtype: 'f32', shape: [...a!.shape.slice(0, -2), m, n] }];
  },
  webgpu(lowering): KernelStep[] {
    const { inputs, attributes, input, output } = lowering as Lowering<MatmulAttributes>;
    const operands: Record<'a' | 'b' | 'c', BufferRef> = { a: input(0), b: input(1), c: output(0) };
    return matmulSteps({ ...matmulExtent(inputs[0]!, inputs[1]!, attributes), ...attributes, ...operands }, lowering);
  },
});

/**
 * Matrix product: [m, k] · [k, n] → [m, n], or [batch, m, k] · [batch, k, n] → [batch, m, n]. With `transposeA` the first
 * operand lies as [k, m], with `transposeB` the second as [n, k]. Throws SHAPE_MISMATCH.
 */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false } = {}): Tensor {
  return apply(matmulOp, [a, b], { transposeA, transposeB })[0]!;
}
