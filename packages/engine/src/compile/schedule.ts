import { argumentError, EngineError } from '../errors.js';
import type { Node } from '../graph/node.js';
import type { Storage } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import type { Trace } from '../graph/trace.js';

/** An in-place output's input, or undefined for an output with memory of its own. */
export function updatedInput(tensor: Tensor): Tensor | undefined {
  if (tensor.source.kind !== 'node') return undefined;
  const { node, output } = tensor.source;
  const pair = node.op.inPlace?.find(([updated]) => updated === output);
  return pair === undefined ? undefined : node.inputs[pair[1]];
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

/**
 * The nodes that matter, in trace order: those the outputs need, and those that update state.
 * Refuses a read of state after its update (STALE_READ), because the old value is gone by then.
 */
export function schedule({ graph, outputs }: Trace): Node[] {
  const needed = new Set<Tensor>(Object.values(outputs));
  for (const [name, output] of Object.entries(outputs)) {
    if (output.graph !== graph) throw argumentError(`output '${name}'`, 'belongs to another trace');
  }
  const live: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (node.op.inPlace === undefined && !node.outputs.some((output) => needed.has(output))) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  live.reverse();
  refuseStaleReads(live);
  return live;
}

interface Update {
  readonly storage: Storage;
  readonly from: number;
  readonly to: number;
  readonly order: number;
  readonly by: string;
}

function refuseStaleReads(nodes: readonly Node[]): void {
  const updates: Update[] = [];
  const born = new Map<Tensor, number>();
  for (const [order, node] of nodes.entries()) {
    for (const input of node.inputs) {
      const owner = memoryOwner(input);
      if (owner.source.kind !== 'storage') continue;
      const { storage, offset } = owner.source;
      const version = versionOf(input, born);
      const later = updates.find(
        (update) =>
          update.storage === storage &&
          update.order > version &&
          update.from < offset + owner.size &&
          offset < update.to,
      );
      if (later) {
        throw new EngineError('STALE_READ', `${node.op.name} reads ${storage.label} after ${later.by} replaced it`, {
          where: node.op.name,
          fix: 'Use the value before the update, or read the tensor that the update returned.',
        });
      }
    }
    for (const output of node.outputs) {
      const owner = memoryOwner(output);
      if (updatedInput(output) === undefined) continue;
      if (owner.source.kind !== 'storage') {
        throw argumentError(node.op.name, 'only state that outlives the program can be updated in place');
      }
      const { storage, offset } = owner.source;
      updates.push({ storage, from: offset, to: offset + owner.size, order, by: node.op.name });
      born.set(output, order);
    }
  }
}

/** When the value was made: the order of the update that made it, -1 for state as the run found it. */
function versionOf(tensor: Tensor, born: ReadonlyMap<Tensor, number>): number {
  let current: Tensor | undefined = tensor;
  while (current !== undefined) {
    const order = born.get(current);
    if (order !== undefined) return order;
    if (current.source.kind !== 'node' || current.source.node.op.layout !== 'view') return -1;
    current = current.source.node.inputs[0];
  }
  return -1;
}
