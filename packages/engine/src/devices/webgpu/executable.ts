import type { Executable, KernelProfile, ProgramStats } from '../../compile/executable.js';
import type { Placement, Plan } from '../../compile/plan.js';
import { EngineError, releasedError } from '../../errors.js';
import type { BufferRef, KernelStep } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import { type TensorData, TYPED_ARRAYS } from '../../graph/storage.js';
import type { Tensor } from '../../graph/tensor.js';
import type { WebGpuDevice } from './device.js';
import type { Guard } from './guard.js';
import type { LoweredNode } from './lower.js';
import type { ProfiledDispatch } from './profiler.js';
import type { WebGpuStorage } from './storage.js';
import { BYTES_PER_ELEMENT } from './usage.js';

export interface ExecutableOptions {
  readonly label: string;
  readonly guard: number;
}

/** A fixed list of dispatches over buffers made once. A run writes the inputs, encodes the list and submits it. */
export class WebGpuExecutable implements Executable {
  readonly #device: WebGpuDevice;
  readonly #plan: Plan;
  readonly #options: ExecutableOptions;
  /** The plan's slots, and behind them the memory of all inputs. */
  readonly #buffers: GPUBuffer[] = [];
  #staging!: ArrayBuffer;
  #inputViews!: TensorData[];
  readonly #guard: Guard | undefined;
  readonly #dispatches: ProfiledDispatch[] = [];
  #runs = 0;
  #released = false;

  static async create(
    device: WebGpuDevice,
    planned: Plan,
    lowered: (node: Node) => LoweredNode,
    pipelines: readonly GPUComputePipeline[],
    options: ExecutableOptions,
  ): Promise<WebGpuExecutable> {
    const guard =
      options.guard > 0 ? new (await import('./guard.js')).Guard(device, planned, options.guard) : undefined;
    const executable = new WebGpuExecutable(device, planned, options, guard);
    const { gpu } = device;
    gpu.pushErrorScope('out-of-memory');
    gpu.pushErrorScope('validation');
    let failure: unknown;
    try {
      executable.#link(lowered, pipelines);
    } catch (error) {
      failure = error;
    }
    // Both at once: while one is waited for, another program may open its own.
    const [invalid, outOfMemory] = await Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]);
    try {
      // Where the device went away meanwhile, nothing reports an error.
      device.assertUsable('compile');
      if (failure) throw failure;
      if (!(invalid ?? outOfMemory)) return executable;
      const { refusedProgram } = await import('./refused-program.js');
      throw refusedProgram(options.label, executable.stats().bytesReserved, invalid, outOfMemory);
    } catch (error) {
      executable.release();
      throw error;
    }
  }

  private constructor(device: WebGpuDevice, planned: Plan, options: ExecutableOptions, guard: Guard | undefined) {
    this.#device = device;
    this.#plan = planned;
    this.#options = options;
    this.#guard = guard;
  }

  /** Apart from the constructor, so that what was made before it failed can be released. */
  #link(lowered: (node: Node) => LoweredNode, pipelines: readonly GPUComputePipeline[]): void {
    const { slots, inputLength, inputs } = this.#plan;
    for (const [slot, length] of [...slots, inputLength].entries()) {
      this.#buffers.push(
        this.#device.createBuffer(length, `${this.#options.label} ${slot < slots.length ? `slot ${slot}` : 'inputs'}`),
      );
    }
    // After the buffers, which are refused where the host could not stage so much either.
    this.#staging = new ArrayBuffer(inputLength * BYTES_PER_ELEMENT);
    this.#guard?.poison(this.#staging);
    this.#inputViews = inputs.map(({ tensor, offset }) =>
      new TYPED_ARRAYS[tensor.dtype](this.#staging).subarray(offset, offset + tensor.size),
    );
    let next = 0;
    for (const { node, scratch } of this.#plan.nodes) {
      for (const [index, step] of lowered(node).steps.entries()) {
        const pipeline = pipelines[next++]!;
        if (node.op.layout === 'pack' && this.#isInPlace(node, index)) continue;
        this.#dispatches.push(this.#dispatch(node, step, pipeline, scratch));
      }
    }
  }

  /** A pack's n-th step copies its n-th input, unless that was computed right where it belongs. */
  #isInPlace(node: Node, input: number): boolean {
    const source = this.#plan.placements.get(node.inputs[input]!)!;
    const target = this.#plan.placements.get(node.outputs[0]!)!;
    return source.kind === 'slot' && target.kind === 'slot' && source.slot === target.slot;
  }

  #dispatch(
    node: Node,
    step: KernelStep,
    pipeline: GPUComputePipeline,
    scratch: readonly Placement[],
  ): ProfiledDispatch {
    const label = `${step.kernel.name}#${node.id}`;
    const entries = step.bindings.map(({ buffer }, binding) => ({
      binding,
      resource: this.#resource(node, buffer, scratch),
    }));
    refuseMixedAccess(label, step, entries);
    // Shared between equal dispatches: with fewer objects to find in memory a chain of 256 small ones takes a sixth less.
    const bindGroup =
      this.#dispatches.find(
        (other) =>
          other.pipeline === pipeline &&
          entries.every(({ resource }, i) =>
            (['buffer', 'offset', 'size'] as const).every((key) => resource[key] === other.entries[i]!.resource[key]),
          ),
      )?.bindGroup ?? this.#device.createBindGroup({ label, layout: this.#device.pipelines.layout(step), entries });
    return { label, node, step, entries, pipeline, bindGroup };
  }

  #resource(node: Node, ref: BufferRef, scratch: readonly Placement[]) {
    if (ref.kind === 'scratch') {
      const placement = scratch[ref.index] as Extract<Placement, { kind: 'slot' }>;
      const buffer = this.#buffers[placement.slot]!;
      return { buffer, offset: 0, size: buffer.size };
    }
    const tensor = ref.kind === 'input' ? node.inputs[ref.index] : node.outputs[ref.index];
    if (tensor === undefined)
      throw new EngineError('INVALID_ARGUMENT', `${node.op.name} binds no ${ref.kind} ${ref.index}`);
    const { buffer, offset } = this.#locate(tensor);
    const guard = this.#plan.placements.get(tensor)!.kind === 'storage' ? 0 : this.#options.guard;
    return { buffer, offset, size: (tensor.size + guard) * BYTES_PER_ELEMENT };
  }

  #locate(tensor: Tensor): { buffer: GPUBuffer; offset: number } {
    const placement = this.#plan.placements.get(tensor)!;
    const offset = placement.offset * BYTES_PER_ELEMENT;
    if (placement.kind === 'storage') return { buffer: (placement.storage as WebGpuStorage).buffer, offset };
    return { buffer: this.#buffers[placement.kind === 'slot' ? placement.slot : this.#plan.slots.length]!, offset };
  }

  write(index: number, values: ArrayLike<number>): void {
    this.#inputViews[index]!.set(values);
  }

  /**
   * Nearly all of a run's cost on the host is the calls below, about 0.4 µs each in Node and a tenth of that for every
   * argument, so what the pass already has is not said again.
   */
  execute(): void {
    this.#prepareRun();
    const encoder = this.#device.gpu.createCommandEncoder(this.#options);
    const pass = encoder.beginComputePass(this.#options);
    let current: GPUComputePipeline | undefined;
    for (const { pipeline, bindGroup, step } of this.#dispatches) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, bindGroup);
      const [x, y, z] = step.workgroups;
      if (y * z === 1) pass.dispatchWorkgroups(x);
      else pass.dispatchWorkgroups(x, y, z);
    }
    pass.end();
    this.#device.submit(encoder.finish());
  }

  #prepareRun(): void {
    this.#assertUsable('run');
    this.#runs++;
    const { queue } = this.#device.gpu;
    this.#guard?.poisonSlots(this.#buffers.slice(0, -1));
    if (this.#staging.byteLength > 0) queue.writeBuffer(this.#buffers.at(-1)!, 0, this.#staging);
  }

  async violatedGuards(): Promise<string[]> {
    return this.#guard?.violated(this.#buffers) ?? [];
  }

  async read(tensor: Tensor): Promise<TensorData> {
    this.#assertUsable('read');
    const { buffer, offset } = this.#locate(tensor);
    const bytes = await this.#device.readBuffer(buffer, offset, tensor.size * BYTES_PER_ELEMENT, 'read');
    return new TYPED_ARRAYS[tensor.dtype](bytes);
  }

  stats(): ProgramStats {
    const reserved = this.#buffers.reduce((sum, { size }) => sum + size, 0);
    return {
      runs: this.#runs,
      submits: this.#runs,
      dispatches: this.#dispatches.length,
      buffers: this.#buffers.length,
      bytesReserved: this.#released ? 0 : reserved,
      bytesUnshared: (this.#plan.unsharedLength + this.#plan.inputLength) * BYTES_PER_ELEMENT,
      pipelines: new Set(this.#dispatches.map(({ pipeline }) => pipeline)).size,
      bindGroups: new Set(this.#dispatches.map(({ bindGroup }) => bindGroup)).size,
    };
  }

  async profile(): Promise<KernelProfile[]> {
    this.#assertUsable('profile');
    // Loaded when first asked for: a page that only infers does not carry it.
    const { profileDispatches } = await import('./profiler.js');
    return profileDispatches(this.#device, this.#dispatches, () => this.#prepareRun());
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const buffer of this.#buffers) this.#device.destroyBuffer(buffer);
  }

  #assertUsable(where: string): void {
    this.#device.assertUsable(where);
    if (this.#released) throw releasedError(where, 'the program');
  }
}

/** WebGPU forbids one buffer as read and as read_write in one dispatch; said here with names, before the driver does. */
function refuseMixedAccess(
  label: string,
  { bindings }: KernelStep,
  entries: { resource: { buffer: GPUBuffer } }[],
): void {
  const mixed = entries.findIndex(
    ({ resource: { buffer } }, i) =>
      bindings[i]!.access === 'read' &&
      entries.some(({ resource }, j) => bindings[j]!.access === 'read_write' && resource.buffer === buffer),
  );
  if (mixed < 0) return;
  throw new EngineError('GPU_ERROR', `${label} reads binding ${mixed} from a buffer that it also writes`, {
    where: label,
    fix: 'Keep the values an op reads and the state it updates in different storages.',
  });
}
