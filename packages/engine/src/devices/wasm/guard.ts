import type { Plan } from '../../compile/plan.js';
import type { LinearMemory } from './memory.js';

/** A quiet NaN with a pattern of its own: what a kernel fails to write stays NaN, and a stray write shows bit by bit. */
const POISON = 0x7fc0_dead;

/** For tests: fills slots with NaN before a run and finds what was written behind a tensor's end. */
export class Guard {
  readonly #slots = new Map<number, Uint32Array>();
  readonly #ends: { readonly label: string; readonly words: Uint32Array }[] = [];

  constructor(
    memory: LinearMemory,
    { nodes, placements, slots, inputs }: Plan,
    at: readonly number[],
    inputsAt: number,
    guard: number,
  ) {
    // Memories of packs are zero between the parts by contract, so neither poisoned nor guarded.
    const packs = new Set<number>();
    for (const { node } of nodes) {
      const placement = placements.get(node.outputs[0]!);
      if (node.op.layout === 'pack' && placement?.kind === 'slot') packs.add(placement.slot);
    }
    for (const [slot, length] of slots.entries()) {
      if (!packs.has(slot)) this.#slots.set(slot, memory.view('u32', at[slot]!, length) as Uint32Array);
    }
    for (const { node } of nodes) {
      for (const [index, output] of node.outputs.entries()) {
        const placement = placements.get(output)!;
        if (placement.kind !== 'slot' || packs.has(placement.slot)) continue;
        const words = this.#slots.get(placement.slot)!.subarray(output.size, output.size + guard);
        this.#ends.push({ label: `${node.op.name}#${node.id} output ${index}`, words });
      }
    }
    for (const { name, tensor, offset } of inputs) {
      const words = memory.view('u32', inputsAt + (offset + tensor.size) * 4, guard) as Uint32Array;
      words.fill(POISON);
      this.#ends.push({ label: `input '${name}'`, words });
    }
  }

  poison(): void {
    for (const words of this.#slots.values()) words.fill(POISON);
  }

  violated(): string[] {
    return this.#ends.filter(({ words }) => words.some((word) => word !== POISON)).map(({ label }) => label);
  }
}
