import type { Plan } from '../../compile/plan.js';
import { argumentError } from '../../errors.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../../nn/parameters.js';
import { addProgram } from './add-program.js';
import { OnnxGraph } from './graph.js';
import { encodeOnnx } from './model.js';

export interface OnnxOptions {
  /** Name of the graph. */
  readonly name?: string;
  /** Lets the first dimension of every input and of what follows from it be any number. */
  readonly dynamicBatch?: boolean;
  /** Gives weights the names they have there; without it they are called after their place. */
  readonly parameters?: Parameters;
  /** Becomes the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A compiled inference program as an ONNX model (opset 17), its weights as they are now on the device. Inputs and outputs
 * keep their names. Throws INVALID_ARGUMENT for ops that belong to training or to data on the device, and where a dynamic
 * batch is asked for that the graph does not allow.
 */
export async function exportOnnx(
  program: { readonly plan: Plan },
  { name = 'ecgpu', metadata = {}, ...options }: OnnxOptions = {},
): Promise<Uint8Array> {
  const { plan } = program;
  const graph = new OnnxGraph();
  const inputs = Object.fromEntries(plan.inputs.map((input) => [input.name, graph.name(input.name)]));
  for (const output of plan.outputs.keys()) {
    if (graph.name(output) !== output)
      throw argumentError('exportOnnx', `an input is called '${output}' like an output`);
  }
  const outputs = Object.fromEntries([...plan.outputs.keys()].map((output) => [output, output]));
  const { dimensions } = await addProgram(graph, program, { ...options, inputs, outputs });
  const value = (called: string, tensor: Tensor) => ({ name: called, dtype: tensor.dtype, shape: dimensions(tensor) });
  return encodeOnnx({
    graph,
    name,
    inputs: plan.inputs.map((input) => value(input.name, input.tensor)),
    outputs: [...plan.outputs].map(([output, tensor]) => value(output, tensor)),
    metadata,
  });
}
