import { argumentError, EngineError } from '../errors.js';
import { Graph } from './graph.js';
import type { Attributes, Op } from './node.js';
import type { DType, TensorType } from './shape.js';
import type { Tensor } from './tensor.js';

export type InputSpec = Readonly<Record<string, TensorType>>;
export type TracedInputs<S extends InputSpec> = { readonly [K in keyof S]: Tensor };
export type Outputs = Readonly<Record<string, Tensor>>;

export interface Trace {
  readonly graph: Graph;
  readonly outputs: Outputs;
}

let active: Graph | undefined;

/** The graph being traced; ops without tensor inputs (parameters, scalars) find it here. */
export function activeGraph(where: string): Graph {
  if (active) return active;
  throw new EngineError('TRACE_STATE', `${where} was called outside a trace`, {
    where,
    fix: 'Call it inside the function given to device.compile().',
  });
}

/** Runs `build` once with symbolic inputs and keeps what it did. `build` must be synchronous. Throws INVALID_ARGUMENT for an output that is no tensor of the trace. */
export function trace<S extends InputSpec>(spec: S, build: (inputs: TracedInputs<S>) => Outputs): Trace {
  if (active) throw new EngineError('TRACE_STATE', 'compile() was called inside another trace', { where: 'compile' });
  const graph = new Graph();
  active = graph;
  try {
    const inputs: Record<string, Tensor> = {};
    for (const [name, type] of Object.entries(spec)) {
      inputs[name] = graph.input(name, type);
    }
    const outputs = build(inputs as TracedInputs<S>);
    for (const [name, output] of Object.entries(outputs)) {
      if (output?.graph !== graph) throw argumentError(`output '${name}'`, 'is no tensor of this trace');
    }
    return { graph, outputs: { ...outputs } };
  } finally {
    active = undefined;
  }
}

/** Applies an op in the graph of its first input. */
export function apply<A extends Attributes>(
  op: Op<string, A>,
  inputs: readonly [Tensor, ...Tensor[]],
  attributes: A,
): readonly Tensor[] {
  return inputs[0].graph.apply(op, inputs, attributes);
}

/**
 * A value of shape `[]` that the caller gives to each run by name: learning rate, step, seed.
 * A program that uses one refuses to run without it.
 */
export function scalar(name: string, dtype: DType = 'f32'): Tensor {
  return activeGraph(`scalar('${name}')`).input(name, { dtype, shape: [] });
}
