import type { Node } from './node.js';
import type { Tensor } from './tensor.js';

/** The input that an in-place output is the new value of; undefined for an output with memory of its own. */
export function updatedInput(tensor: Tensor): Tensor | undefined {
  if (tensor.source.kind !== 'node') return undefined;
  const { node, output } = tensor.source;
  return updatedBy(node, output);
}

export function updatedBy({ op, inputs }: Pick<Node, 'op' | 'inputs'>, output: number): Tensor | undefined {
  const pair = op.inPlace?.find(([updated]) => updated === output);
  return pair === undefined ? undefined : inputs[pair[1]];
}

/** The tensor whose memory this one shares through views and in-place updates; itself when it has its own. */
export function memoryOwner(tensor: Tensor): Tensor {
  let owner = tensor;
  for (;;) {
    if (owner.source.kind !== 'node') return owner;
    const next = owner.source.node.op.layout === 'view' ? owner.source.node.inputs[0] : updatedInput(owner);
    if (next === undefined) return owner;
    owner = next;
  }
}

/** The id of the last node whose effect on state this value includes: a view of state includes all before it was taken. */
export function stateVersion(tensor: Tensor): number {
  let current = tensor;
  for (;;) {
    if (current.source.kind === 'storage') return current.source.since - 1;
    if (current.source.kind === 'input') return -1;
    const { node } = current.source;
    if (node.op.layout !== 'view') return node.id;
    current = node.inputs[0]!;
  }
}
