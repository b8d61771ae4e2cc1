import type { Executable, KernelProfile, ProgramStats } from '../../compile/executable.js';
import type { Placement, Plan } from '../../compile/plan.js';
import { EngineError, releasedError } from '../../errors.js';
import type { Tensor } from '../../graph/tensor.js';
import { type Reference, references } from '../../ops/references.js';
import type { CpuDevice } from './device.js';
import { type CpuArray, type CpuStorage, cpuArray } from './storage.js';

interface CpuStep {
  readonly label: string;
  readonly reference: Reference;
  readonly call: Parameters<Reference>[0];
}

/** A plan bound to plain arrays, one per tensor that owns memory. */
export class CpuExecutable implements Executable {
  readonly #device: CpuDevice;
  readonly #plan: Plan;
  readonly #arrays = new Map<string, CpuArray>();
  readonly #inputs: readonly CpuArray[];
  readonly #steps: readonly CpuStep[];
  #bytes = 0;
  #runs = 0;
  #released = false;

  constructor(device: CpuDevice, planned: Plan) {
    this.#device = device;
    this.#plan = planned;
    this.#inputs = planned.inputs.map(({ tensor }) => this.#arrayOf(tensor));
    this.#steps = planned.nodes.map(({ node }) => ({
      label: `${node.op.name}#${node.id}`,
      reference: references[node.op.name as keyof typeof references] as Reference,
      call: {
        inputs: node.inputs.map((input) => this.#arrayOf(input)),
        outputs: node.outputs.map((output) => this.#arrayOf(output)),
        inputTypes: node.inputs,
        outputTypes: node.outputs,
        attributes: node.attributes,
      },
    }));
    for (const { label, reference } of this.#steps) {
      if (reference === undefined)
        throw new EngineError('INVALID_ARGUMENT', `${label} has no reference`, { where: label });
    }
  }

  /** The tensor's stretch of its memory. Slots are shared between element types, so views are kept by both. */
  #arrayOf(tensor: Tensor): CpuArray {
    const placement = this.#plan.placements.get(tensor)!;
    if (placement.kind === 'storage') {
      return (placement.storage as CpuStorage).values.subarray(placement.offset, placement.offset + tensor.size);
    }
    const memory = this.#memory(placement, tensor);
    return memory.subarray(placement.offset, placement.offset + tensor.size);
  }

  #memory(placement: Exclude<Placement, { kind: 'storage' }>, { dtype }: Tensor): CpuArray {
    const key = placement.kind === 'slot' ? `${dtype} slot ${placement.slot}` : `${dtype} inputs`;
    const known = this.#arrays.get(key);
    if (known) return known;
    const length = placement.kind === 'slot' ? this.#plan.slots[placement.slot]! : this.#plan.inputLength;
    const memory = cpuArray(dtype, length);
    this.#arrays.set(key, memory);
    this.#bytes += memory.byteLength;
    return memory;
  }

  write(index: number, values: ArrayLike<number>): void {
    this.#assertUsable('run');
    this.#inputs[index]!.set(values);
  }

  execute(): void {
    this.#assertUsable('run');
    for (const { reference, call } of this.#steps) reference(call);
    this.#runs++;
    this.#device.countRun();
  }

  async read(tensor: Tensor) {
    this.#assertUsable('read');
    return this.#arrayOf(tensor).slice();
  }

  stats(): ProgramStats {
    return {
      runs: this.#runs,
      submits: this.#runs,
      dispatches: this.#steps.length,
      buffers: this.#arrays.size,
      bytesReserved: this.#bytes,
      bytesUnshared: this.#plan.unsharedLength * Float64Array.BYTES_PER_ELEMENT,
      pipelines: 0,
      bindGroups: 0,
    };
  }

  async profile(): Promise<KernelProfile[]> {
    this.#assertUsable('profile');
    this.#runs++;
    this.#device.countRun();
    const begun = performance.now();
    return this.#steps.map(({ label, reference, call }) => {
      const start = performance.now();
      reference(call);
      const microseconds = (performance.now() - start) * 1000;
      const bytes = [...call.inputs, ...call.outputs].reduce((sum, array) => sum + array.byteLength, 0);
      return {
        label,
        kernel: label.split('#')[0]!,
        startMicroseconds: (start - begun) * 1e3,
        microseconds,
        gflops: Number.NaN,
        gigabytesPerSecond: bytes / microseconds / 1e3,
      };
    });
  }

  /** Nothing to violate: references write through arrays of exactly the tensor's length. */
  async violatedGuards(): Promise<string[]> {
    return [];
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#device.countReleased(this.#bytes);
    this.#arrays.clear();
  }

  #assertUsable(where: string): void {
    this.#device.assertUsable(where);
    if (this.#released) throw releasedError(where, 'the program');
  }
}
