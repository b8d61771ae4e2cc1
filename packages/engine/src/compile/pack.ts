import type { Node } from '../graph/node.js';
import type { PackAttributes } from '../graph/pack-layout.js';
import type { Tensor } from '../graph/tensor.js';
import type { Trace } from '../graph/trace.js';

/**
 * Which inputs of each pack can be computed straight into it: those made by a node for the pack alone. The others
 * (an input used elsewhere too, a view, state) are copied by the pack's own dispatches.
 */
export function packOffsets(nodes: readonly Node[], { outputs }: Trace): Map<Node, Map<Tensor, number>> {
  const uses = new Map<Tensor, number>();
  for (const node of nodes) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  for (const output of Object.values(outputs)) uses.set(output, (uses.get(output) ?? 0) + 1);
  const packs = new Map<Node, Map<Tensor, number>>();
  for (const node of nodes) {
    if (node.op.layout !== 'pack') continue;
    const { offsets } = node.attributes as PackAttributes;
    const direct = new Map<Tensor, number>();
    for (const [index, input] of node.inputs.entries()) {
      if (uses.get(input) === 1 && ownsMemory(input)) direct.set(input, offsets[index]!);
    }
    packs.set(node, direct);
  }
  return packs;
}

function ownsMemory({ source }: Tensor): boolean {
  return source.kind === 'node' && source.node.op.layout === undefined && source.node.op.inPlace === undefined;
}
