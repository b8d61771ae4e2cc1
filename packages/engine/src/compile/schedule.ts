import { argumentError, EngineError } from '../errors.js';
import { memoryOwner, stateVersion, updatedInput } from '../graph/memory.js';
import type { Node } from '../graph/node.js';
import type { Storage } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import type { Outputs, Trace } from '../graph/trace.js';

/**
 * The nodes that matter, in trace order: those the outputs need, and those that update state.
 * Refuses a read of state after its update (STALE_READ), because the old value is gone by then; outputs are read after the end.
 */
export function schedule({ graph, outputs }: Trace): Node[] {
  const needed = new Set<Tensor>(Object.values(outputs));
  const live: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (node.op.inPlace === undefined && !node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  live.reverse();
  refuseStaleReads(live, outputs);
  return live;
}

interface Update {
  readonly storage: Storage;
  readonly from: number;
  readonly to: number;
  readonly id: number;
  readonly by: string;
}

function refuseStaleReads(nodes: readonly Node[], outputs: Outputs): void {
  const updates: Update[] = [];
  const refuse = (reader: string, value: Tensor): void => {
    const owner = memoryOwner(value);
    if (owner.source.kind !== 'storage') return;
    const { storage, offset } = owner.source;
    const version = stateVersion(value);
    const later = updates.find(
      (update) =>
        update.storage === storage && update.id > version && update.from < offset + owner.size && offset < update.to,
    );
    if (later === undefined) return;
    throw new EngineError('STALE_READ', `${reader} reads ${storage.label} after ${later.by} replaced it`, {
      where: reader,
      fix: 'Use the value before the update, or take the state again after it.',
    });
  };
  for (const node of nodes) {
    for (const input of node.inputs) refuse(node.op.name, input);
    for (const output of node.outputs) {
      if (updatedInput(output) === undefined) continue;
      const owner = memoryOwner(output);
      if (owner.source.kind !== 'storage') {
        throw argumentError(node.op.name, 'only state that outlives the program can be updated in place');
      }
      const { storage, offset } = owner.source;
      updates.push({ storage, from: offset, to: offset + owner.size, id: node.id, by: node.op.name });
    }
  }
  for (const [name, output] of Object.entries(outputs)) refuse(`output '${name}'`, output);
}
