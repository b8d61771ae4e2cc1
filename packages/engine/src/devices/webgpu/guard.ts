import type { Plan } from '../../compile/plan.js';
import type { WebGpuDevice } from './device.js';
import { BYTES_PER_ELEMENT } from './usage.js';

/** A quiet NaN with a pattern of its own: what a kernel fails to write stays NaN, and a stray write shows bit by bit. */
const POISON = 0x7fc0_dead;

/** For tests: fills a program's memory with poison before each run, and finds where a kernel wrote behind a tensor. */
export class Guard {
  readonly #device: WebGpuDevice;
  readonly #plan: Plan;
  readonly #elements: number;
  /** Memories of packs: zero between the parts by contract, so neither poisoned nor guarded. */
  readonly #packs = new Set<number>();

  constructor(device: WebGpuDevice, plan: Plan, elements: number) {
    this.#device = device;
    this.#plan = plan;
    this.#elements = elements;
    for (const { node } of plan.nodes) {
      const placement = plan.placements.get(node.outputs[0]!);
      if (node.op.layout === 'pack' && placement?.kind === 'slot') this.#packs.add(placement.slot);
    }
  }

  poison(memory: ArrayBuffer): void {
    new Uint32Array(memory).fill(POISON);
  }

  poisonSlots(slots: readonly GPUBuffer[]): void {
    for (const [slot, buffer] of slots.entries()) {
      if (this.#packs.has(slot)) continue;
      const values = new Uint32Array(buffer.size / BYTES_PER_ELEMENT).fill(POISON);
      this.#device.gpu.queue.writeBuffer(buffer, 0, values);
    }
  }

  /** Names of the outputs behind whose end something was written. */
  async violated(slots: readonly GPUBuffer[]): Promise<string[]> {
    const violated: string[] = [];
    for (const { node } of this.#plan.nodes) {
      for (const [index, output] of node.outputs.entries()) {
        const placement = this.#plan.placements.get(output)!;
        if (placement.kind !== 'slot' || this.#packs.has(placement.slot)) continue;
        const from = output.size * BYTES_PER_ELEMENT;
        const bytes = this.#elements * BYTES_PER_ELEMENT;
        const label = `${node.op.name}#${node.id} output ${index}`;
        const behind = new Uint32Array(await this.#device.readBuffer(slots[placement.slot]!, from, bytes, label));
        if (!behind.every((word) => word === POISON)) violated.push(label);
      }
    }
    return violated;
  }
}
