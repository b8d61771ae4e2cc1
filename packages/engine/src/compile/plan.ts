import { argumentError } from '../errors.js';
import { memoryOwner } from '../graph/memory.js';
import type { Node } from '../graph/node.js';
import type { Storage } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import type { Trace } from '../graph/trace.js';
import { packOffsets } from './pack.js';
import { schedule } from './schedule.js';
import { SlotAllocator } from './slots.js';

/** Where a tensor's values lie. Offsets are in 32-bit elements. */
export type Placement =
  | { readonly kind: 'slot'; readonly slot: number; readonly offset: number }
  | { readonly kind: 'inputs'; readonly offset: number }
  | { readonly kind: 'storage'; readonly storage: Storage; readonly offset: number };

export interface PlannedNode {
  readonly node: Node;
  /** Slots of the node's scratch memory, in the order it was asked for. */
  readonly scratch: readonly Placement[];
}

export interface PlannedInput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly offset: number;
}

/** Everything a device needs to build a program: what runs in which order, and where each value lies. */
export interface Plan {
  readonly nodes: readonly PlannedNode[];
  /** Lengths of the transient memories, each its own buffer: one may not be bound as read and read_write at once. */
  readonly slots: readonly number[];
  readonly inputs: readonly PlannedInput[];
  /** Length of the one memory that all inputs are written to. */
  readonly inputLength: number;
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly placements: ReadonlyMap<Tensor, Placement>;
  /** The state that is read or updated. */
  readonly storages: ReadonlySet<Storage>;
  /** Elements that the tensors would take without sharing. */
  readonly unsharedLength: number;
}

export interface PlanOptions {
  /** The device that the plan is for: storages of others are refused. */
  readonly device: object;
  /** Lengths of the scratch memories that the device's lowering of a node asks for. */
  readonly scratch: (node: Node) => readonly number[];
  /** Offsets of tensors in a shared memory are multiples of this many elements. Default 64: the 256 bytes beyond which no WebGPU device asks. */
  readonly alignment?: number;
  /** Elements left free behind every tensor, for the sentinels of the tests. Also gives each tensor its own slot. */
  readonly slack?: number;
}

/** Decides order and memory: who may share a slot follows from who is alive when (linear scan over the schedule). */
export function plan(trace: Trace, { device, scratch, alignment = 64, slack = 0 }: PlanOptions): Plan {
  const align = (length: number) => Math.ceil((length + slack) / alignment) * alignment;
  const nodes = schedule(trace);
  const inputs: PlannedInput[] = [];
  let inputLength = 0;
  const placements = new Map<Tensor, Placement>();
  for (const [name, tensor] of trace.graph.inputs) {
    inputs.push({ name, tensor, offset: inputLength });
    placements.set(tensor, { kind: 'inputs', offset: inputLength });
    inputLength += align(tensor.size);
  }

  const lastUse = lastUses(nodes, trace);
  const allocator = new SlotAllocator(slack === 0);
  const packed = packOffsets(nodes, trace);
  const planned: PlannedNode[] = [];
  const expiring = new Map<number, Tensor[]>();
  let unsharedLength = 0;

  const slotOf = (tensor: Tensor): Placement => {
    unsharedLength += tensor.size;
    const placement: Placement = { kind: 'slot', slot: allocator.take(tensor.size + slack), offset: 0 };
    placements.set(tensor, placement);
    return placement;
  };
  // A pack's memory must be zero between its parts, so it is never shared and its parts are written straight into it.
  for (const node of nodes) {
    if (node.op.layout !== 'pack') continue;
    const { slot } = slotOf(node.outputs[0]!) as { slot: number };
    for (const [tensor, offset] of packed.get(node) ?? []) placements.set(tensor, { kind: 'slot', slot, offset });
  }

  for (const [order, node] of nodes.entries()) {
    for (const output of node.outputs) {
      if (placements.has(output) || memoryOwner(output) !== output) continue;
      slotOf(output);
      const last = Math.max(lastUse.get(output) ?? order, order);
      expiring.set(last, [...(expiring.get(last) ?? []), output]);
    }
    const lengths = scratch(node);
    const taken = lengths.map((length) => allocator.take(length + slack));
    planned.push({ node, scratch: taken.map((slot) => ({ kind: 'slot', slot, offset: 0 })) });
    for (const slot of taken) allocator.release(slot);
    for (const tensor of expiring.get(order) ?? []) {
      const placement = placements.get(tensor);
      if (placement?.kind === 'slot') allocator.release(placement.slot);
    }
  }

  const given = Object.values(trace.outputs);
  for (const tensor of [...nodes.flatMap((node) => [...node.inputs, ...node.outputs]), ...given])
    place(tensor, placements);
  const storages = new Set<Storage>();
  for (const at of placements.values()) {
    if (at.kind !== 'storage') continue;
    storages.add(at.storage);
    if (at.storage.device !== device) throw argumentError(at.storage.label, 'belongs to another device');
    at.storage.assertUsable('compile');
  }
  return {
    nodes: planned,
    slots: allocator.lengths,
    inputs,
    inputLength,
    outputs: new Map(Object.entries(trace.outputs)),
    placements,
    storages,
    unsharedLength,
  };
}

function place(tensor: Tensor, placements: Map<Tensor, Placement>): Placement {
  const known = placements.get(tensor);
  if (known) return known;
  if (tensor.source.kind === 'storage') {
    const { storage, offset } = tensor.source;
    const placement: Placement = { kind: 'storage', storage, offset };
    placements.set(tensor, placement);
    return placement;
  }
  const owner = memoryOwner(tensor);
  const placement = place(owner, placements);
  placements.set(tensor, placement);
  return placement;
}

/** The last position in the schedule at which each memory is read; outputs are read after the end. */
function lastUses(nodes: readonly Node[], { outputs }: Trace): Map<Tensor, number> {
  const last = new Map<Tensor, number>();
  for (const [order, node] of nodes.entries()) {
    for (const input of node.inputs) last.set(memoryOwner(input), order);
  }
  for (const output of Object.values(outputs)) last.set(memoryOwner(output), Infinity);
  return last;
}
