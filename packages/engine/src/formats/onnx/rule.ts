import type { Tensor } from '../../graph/tensor.js';
import type { Activation } from '../../ops/activation/activation.js';
import type { OnnxGraph } from './graph.js';

/** What a rule sees of the node it turns into ONNX. */
export interface OnnxCall<A = object> {
  readonly graph: OnnxGraph;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
  /** Names of the inputs' values. */
  readonly names: readonly string[];
  /** The name that output `index` must get. */
  result(index?: number): string;
  /** Where the batch of any size lies in a value. */
  batchAxis(tensor: Tensor): number | undefined;
}

/** Appends one op's ONNX nodes, of opset 17. */
export type OnnxRule<A = object> = (call: OnnxCall<A>) => void;

/** Lets a rule with typed attributes stand in the table of all rules. */
export function onnxRule<A extends object>(rule: OnnxRule<A>): OnnxRule {
  return rule as OnnxRule;
}

const ACTIVATIONS = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' } as const;

/** Appends a layer's activation: `make` is given the name to make the value before it under. */
export function activated(
  { graph, result }: Pick<OnnxCall, 'graph' | 'result'>,
  activation: Activation,
  make: (output: string | undefined) => string,
): void {
  if (activation === 'none') make(result());
  else graph.add(ACTIVATIONS[activation], [make(undefined)], {}, result());
}
