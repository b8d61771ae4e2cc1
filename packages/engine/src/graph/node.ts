import type { KernelStep, Lowering } from './lowering.js';
import type { TensorType } from './shape.js';
import type { Tensor } from './tensor.js';

export type Attributes = object;

/**
 * What an op means to the graph. The gradient and the f64 reference live in tables of their own (`ops/gradients.ts`,
 * `ops/references.ts`) so that an inference-only bundle carries neither.
 */
export interface Op<Name extends string = string, A extends Attributes = Attributes> {
  readonly name: Name;
  /** The shape rule: types of the outputs, or a SHAPE_MISMATCH that says expected and actual. */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /**
   * Outputs that are the new value of an input's memory, as `[output, input]`. The input must be a storage (state):
   * the kernel binds it once, read_write.
   */
  readonly inPlace?: readonly (readonly [output: number, input: number])[];
  /** `view`: output 0 is input 0's memory under another shape. `pack`: the inputs lie in the output at `offsets`. */
  readonly layout?: 'view' | 'pack';
  /** The dispatches that compute it on WebGPU, in order. */
  webgpu(lowering: Lowering<A>): readonly KernelStep[];
}

/** One use of an op in a graph. */
export interface Node<A extends Attributes = Attributes> {
  readonly id: number;
  readonly op: Op<string, A>;
  readonly attributes: A;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Keeps an op's literal name and attribute type. */
export function defineOp<const Name extends string, A extends Attributes>(op: Op<Name, A>): Op<Name, A> {
  return op;
}
