import type { Node } from './node.js';
import type { Tensor } from './tensor.js';
import type { Trace } from './trace.js';

/** Who reads each tensor of a trace, once for each time it does; `undefined` stands for the program's caller, who reads outputs. */
export type Uses = ReadonlyMap<Tensor, readonly (Node | undefined)[]>;

export function usesOf({ graph, outputs }: Trace): Uses {
  const uses = new Map<Tensor, (Node | undefined)[]>();
  const add = (tensor: Tensor, reader: Node | undefined) => uses.set(tensor, [...(uses.get(tensor) ?? []), reader]);
  for (const node of graph.nodes) for (const input of node.inputs) add(input, node);
  for (const output of Object.values(outputs)) add(output, undefined);
  return uses;
}
