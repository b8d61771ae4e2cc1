import type { TensorType } from '../graph/shape.js';

/**
 * What a reference computes on: f32 tensors as f64, but for state that outlives a program, which is f32 on every device.
 * Outputs hold anything on entry and are to be filled.
 */
export type ReferenceArray = Float64Array | Float32Array | Int32Array | Uint32Array;

export interface ReferenceCall<A = object> {
  readonly inputs: readonly ReferenceArray[];
  readonly outputs: readonly ReferenceArray[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly attributes: A;
}

/** What an op means, in plain f64 loops: the definition that every device is checked against. */
export type Reference<A = object> = (call: ReferenceCall<A>) => void;

/** Lets a reference with typed attributes stand in the table of all references. */
export function reference<A extends object>(compute: Reference<A>): Reference {
  return compute as Reference;
}
