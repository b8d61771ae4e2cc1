import type { Node } from '../../graph/node.js';
import type { WasmLowering, WasmStep } from './lowering.js';
import { wasmRules } from './rules/index.js';

export interface LoweredNode {
  /** Undefined: the op's reference runs. */
  readonly steps: readonly WasmStep[] | undefined;
  /** Lengths of the scratch memories, in the order they were asked for. */
  readonly scratch: readonly number[];
}

/** Turns a node into kernel calls. */
export function lower(node: Node, threads: number): LoweredNode {
  if (node.op.layout === 'view') return { steps: [], scratch: [] };
  const scratch: number[] = [];
  const lowering: WasmLowering = {
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: node.attributes,
    threads,
    input: (index) => ({ kind: 'input', index }),
    output: (index) => ({ kind: 'output', index }),
    scratch: (length) => ({ kind: 'scratch', index: scratch.push(length) - 1 }),
  };
  const steps = wasmRules[node.op.name as keyof typeof wasmRules]?.(lowering);
  return { steps, scratch };
}
