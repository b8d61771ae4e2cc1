import type { TensorType } from '../../graph/shape.js';
import type { TensorData } from '../../graph/storage.js';
import type { Reference, ReferenceArray } from '../../ops/reference.js';

/** One tensor of a node, where it lies in linear memory. */
export interface PlacedTensor {
  readonly type: TensorType;
  readonly address: number;
  readonly values: TensorData;
}

/**
 * An op without a kernel, run by its f64 reference: f32 tensors are copied into f64 arrays and back. The arrays are made
 * once; a tensor that is updated in place is one array, as it is one memory.
 */
export function fallback(
  compute: Reference,
  inputs: readonly PlacedTensor[],
  outputs: readonly PlacedTensor[],
  attributes: object,
): () => void {
  const copies = new Map<number, Float64Array>();
  const arrayOf = ({ values, address }: PlacedTensor): ReferenceArray => {
    if (!(values instanceof Float32Array)) return values;
    const known = copies.get(address);
    if (known?.length === values.length) return known;
    const copy = new Float64Array(values.length);
    copies.set(address, copy);
    return copy;
  };
  const ins = inputs.map((tensor) => [tensor.values, arrayOf(tensor)] as const);
  const outs = outputs.map((tensor) => [tensor.values, arrayOf(tensor)] as const);
  const call = {
    inputs: ins.map(([, array]) => array),
    outputs: outs.map(([, array]) => array),
    inputTypes: inputs.map(({ type }) => type),
    outputTypes: outputs.map(({ type }) => type),
    attributes,
  };
  return () => {
    for (const [values, array] of ins) if (array !== values) array.set(values);
    compute(call);
    for (const [values, array] of outs) if (array !== values) values.set(array);
  };
}
