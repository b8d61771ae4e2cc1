import type { Executable, KernelProfile, ProgramStats } from '../../compile/executable.js';
import type { Placement, Plan, PlannedNode } from '../../compile/plan.js';
import { EngineError, releasedError } from '../../errors.js';
import type { BufferRef } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import type { TensorData } from '../../graph/storage.js';
import type { Tensor } from '../../graph/tensor.js';
import { type Reference, references } from '../../ops/references.js';
import { commandAddress, commandWords, writeCommands } from './commands.js';
import type { WasmDevice } from './device.js';
import { fallback, type PlacedTensor } from './fallback.js';
import { Guard } from './guard.js';
import type { LoweredNode } from './lower.js';
import type { WasmStep } from './lowering.js';
import type { WasmStorage } from './storage.js';

export interface ExecutableOptions {
  readonly label: string;
  readonly guard: number;
}

const BYTES_PER_ELEMENT = 4;
const LINE = 64;

/**
 * Microseconds of one thread's work for which the others, who sleep between runs, are woken. One beat through the network
 * (110 on one thread) took twice as long on two. A guarded program wakes them always: it is there to be checked.
 */
const WORTH_WAKING = 200;
/** What one thread does in a microsecond, roughly. */
const FLOPS_A_MICROSECOND = 45_000;
const BYTES_A_MICROSECOND = 25_000;

interface ProfiledStep {
  readonly label: string;
  readonly kernel: string;
  readonly flops: number;
  readonly bytes: number;
  run(): void;
}

/** What follows each other without JavaScript in between: kernel calls, or one reference. */
type Segment = () => void;

/**
 * A fixed list of kernel calls over one arena: the plan's slots lie in it at fixed offsets, then the inputs and the
 * command list. A run makes nothing: inputs are written in place and the list is worked through.
 */
export class WasmExecutable implements Executable {
  readonly #device: WasmDevice;
  readonly #plan: Plan;
  readonly #arena: number;
  readonly #bytes: number;
  readonly #slots: readonly number[];
  readonly #inputsAt: number;
  readonly #inputViews: readonly TensorData[];
  readonly #segments: Segment[] = [];
  readonly #steps: ProfiledStep[] = [];
  readonly #guard: Guard | undefined;
  #runs = 0;
  #released = false;

  constructor(
    device: WasmDevice,
    planned: Plan,
    lowered: (node: Node) => LoweredNode,
    { label, guard }: ExecutableOptions,
  ) {
    this.#device = device;
    this.#plan = planned;
    const steps = planned.nodes.flatMap(({ node }) => this.#usefulSteps(node, lowered(node)));
    let length = 0;
    const take = (elements: number): number => {
      const at = length;
      length += Math.ceil((elements * BYTES_PER_ELEMENT) / LINE) * LINE;
      return at;
    };
    const slots = planned.slots.map(take);
    const inputs = take(planned.inputLength);
    const list = take(commandWords(steps));
    this.#bytes = length;
    this.#arena = device.allocate(length, label);
    this.#slots = slots.map((offset) => this.#arena + offset);
    this.#inputsAt = this.#arena + inputs;
    this.#inputViews = planned.inputs.map(({ tensor }) => this.#view(tensor));
    if (guard > 0) this.#guard = new Guard(device.memory, planned, this.#slots, this.#inputsAt, guard);
    try {
      this.#link(lowered, steps, this.#arena + list);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** A pack's n-th step copies its n-th input, which falls away where that was computed right where it belongs. */
  #usefulSteps(node: Node, { steps = [] }: LoweredNode): readonly WasmStep[] {
    if (node.op.layout !== 'pack') return steps;
    const target = this.#plan.placements.get(node.outputs[0]!)!;
    return steps.filter((_, index) => {
      const source = this.#plan.placements.get(node.inputs[index]!)!;
      return !(source.kind === 'slot' && target.kind === 'slot' && source.slot === target.slot);
    });
  }

  #link(lowered: (node: Node) => LoweredNode, steps: readonly WasmStep[], list: number): void {
    const { team, memory } = this.#device;
    const owners = this.#plan.nodes.flatMap((planned) =>
      this.#usefulSteps(planned.node, lowered(planned.node)).map(() => planned),
    );
    const words = memory.view('i32', list, commandWords(steps)) as Int32Array;
    const addressOf = (step: number, ref: BufferRef) => this.#resolve(owners[step]!, ref).address;
    writeCommands(words, list, steps, (name) => team.kernel(name), addressOf);
    let from = 0;
    let next = 0;
    const flush = () => {
      const [address, count] = [commandAddress(list, from), next - from];
      const alone = this.#guard === undefined && this.#expectedMicroseconds(count) < WORTH_WAKING;
      if (count > 0) this.#segments.push(() => this.#device.run(address, count, alone));
      from = next;
    };
    for (const planned of this.#plan.nodes) {
      const { node } = planned;
      const own = lowered(node);
      if (own.steps === undefined) {
        flush();
        const run = this.#reference(node);
        this.#segments.push(run);
        const tensors = [...node.inputs, ...node.outputs];
        const bytes = tensors.reduce((sum, { size }) => sum + size * BYTES_PER_ELEMENT, 0);
        this.#steps.push({
          label: `${node.op.name}#${node.id}`,
          kernel: `${node.op.name} (reference)`,
          flops: Number.NaN,
          bytes,
          run,
        });
        continue;
      }
      for (const step of this.#usefulSteps(node, own)) {
        const address = commandAddress(list, next++);
        this.#steps.push({
          label: `${step.kernel}#${node.id}`,
          kernel: step.kernel,
          flops: step.flops ?? Number.NaN,
          bytes: this.#bytesOf(planned, step),
          run: () => this.#device.run(address, 1),
        });
      }
    }
    flush();
  }

  /** Of the last `count` steps. */
  #expectedMicroseconds(count: number): number {
    return this.#steps
      .slice(this.#steps.length - count)
      .reduce((sum, { flops, bytes }) => sum + (flops || 0) / FLOPS_A_MICROSECOND + bytes / BYTES_A_MICROSECOND, 0);
  }

  #reference(node: Node): Segment {
    const compute = references[node.op.name as keyof typeof references] as Reference | undefined;
    if (compute === undefined) {
      throw new EngineError('INVALID_ARGUMENT', `${node.op.name} has neither kernel nor reference`, {
        where: node.op.name,
      });
    }
    const placed = (tensor: Tensor): PlacedTensor => ({
      type: tensor,
      address: this.#locate(tensor),
      values: this.#view(tensor),
    });
    return fallback(compute, node.inputs.map(placed), node.outputs.map(placed), node.attributes);
  }

  #bytesOf(planned: PlannedNode, { parameters }: WasmStep): number {
    return parameters.reduce<number>((sum, parameter) => {
      if (typeof parameter !== 'object' || 'f32' in parameter) return sum;
      return sum + this.#resolve(planned, parameter).elements * BYTES_PER_ELEMENT;
    }, 0);
  }

  #resolve({ node, scratch }: PlannedNode, ref: BufferRef): { address: number; elements: number } {
    if (ref.kind === 'scratch') {
      const placement = scratch[ref.index] as Extract<Placement, { kind: 'slot' }>;
      return { address: this.#slots[placement.slot]!, elements: this.#plan.slots[placement.slot]! };
    }
    const tensor = ref.kind === 'input' ? node.inputs[ref.index] : node.outputs[ref.index];
    if (tensor === undefined)
      throw new EngineError('INVALID_ARGUMENT', `${node.op.name} binds no ${ref.kind} ${ref.index}`);
    return { address: this.#locate(tensor), elements: tensor.size };
  }

  #locate(tensor: Tensor): number {
    const placement = this.#plan.placements.get(tensor)!;
    const offset = placement.offset * BYTES_PER_ELEMENT;
    if (placement.kind === 'storage') return (placement.storage as WasmStorage).address + offset;
    return (placement.kind === 'slot' ? this.#slots[placement.slot]! : this.#inputsAt) + offset;
  }

  #view(tensor: Tensor): TensorData {
    return this.#device.memory.view(tensor.dtype, this.#locate(tensor), tensor.size);
  }

  write(index: number, values: ArrayLike<number>): void {
    this.#assertUsable('run');
    this.#inputViews[index]!.set(values);
  }

  execute(): void {
    this.#countRun();
    for (const segment of this.#segments) segment();
  }

  #countRun(): void {
    this.#assertUsable('run');
    this.#runs++;
    this.#device.countRun();
    this.#guard?.poison();
  }

  async read(tensor: Tensor): Promise<TensorData> {
    this.#assertUsable('read');
    return this.#view(tensor).slice();
  }

  stats(): ProgramStats {
    return {
      runs: this.#runs,
      submits: this.#runs,
      dispatches: this.#steps.length,
      buffers: 1,
      bytesReserved: this.#released ? 0 : this.#bytes,
      bytesUnshared: (this.#plan.unsharedLength + this.#plan.inputLength) * BYTES_PER_ELEMENT,
      pipelines: 0,
      bindGroups: 0,
    };
  }

  async profile(): Promise<KernelProfile[]> {
    this.#countRun();
    const begun = performance.now();
    return this.#steps.map(({ label, kernel, flops, bytes, run }) => {
      const start = performance.now();
      run();
      const microseconds = (performance.now() - start) * 1e3;
      return {
        label,
        kernel,
        startMicroseconds: (start - begun) * 1e3,
        microseconds,
        gflops: flops / microseconds / 1e3,
        gigabytesPerSecond: bytes / microseconds / 1e3,
      };
    });
  }

  async violatedGuards(): Promise<string[]> {
    return this.#guard?.violated() ?? [];
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#device.free(this.#arena, this.#bytes);
  }

  #assertUsable(where: string): void {
    this.#device.assertUsable(where);
    if (this.#released) throw releasedError(where, 'the program');
  }
}
