import { memoryOwner, updatedBy } from '../../graph/memory.js';
import type { Node } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';

/** Whether the memory that a tensor is a view of is updated by a node between two others. */
export function isUpdatedBetween(nodes: readonly Node[], from: Node, to: Node, tensor: Tensor): boolean {
  const { source } = memoryOwner(tensor);
  if (source.kind !== 'storage') return false;
  return nodes.slice(nodes.indexOf(from) + 1, nodes.indexOf(to)).some((node) =>
    node.outputs.some((_, output) => {
      const updated = updatedBy(node, output);
      const owner = updated && memoryOwner(updated).source;
      return owner?.kind === 'storage' && owner.storage === source.storage;
    }),
  );
}
