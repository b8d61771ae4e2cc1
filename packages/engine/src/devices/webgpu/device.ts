import { plan } from '../../compile/plan.js';
import { Program } from '../../compile/program.js';
import { EngineError, limitError } from '../../errors.js';
import type { KernelLimits, KernelVariants } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import { type DType, tensorType } from '../../graph/shape.js';
import type { Storage } from '../../graph/storage.js';
import { type InputSpec, type Outputs, type TracedInputs, trace } from '../../graph/trace.js';
import type { CompileOptions, Device, DeviceStats, TuningState } from '../device.js';
import { WebGpuExecutable } from './executable.js';
import { type LoweredNode, lower } from './lower.js';
import { PipelineCache } from './pipelines.js';
import { Readback } from './readback.js';
import { WebGpuStorage } from './storage.js';
import { BufferUsage, BYTES_PER_ELEMENT } from './usage.js';

export interface WebGpuDeviceOptions {
  readonly description: string;
  /** Kernel variants by kernel name. */
  readonly variants?: KernelVariants;
  /** What a tuning manifest says, which goes before `variants`. */
  readonly tuned?: TunedVariants | undefined;
  readonly limits: KernelLimits;
  /** Told of every promise that waits for the driver. */
  readonly waiting?: ((promise: Promise<unknown>) => void) | undefined;
}

export interface TunedVariants {
  readonly state: TuningState;
  /** Those that were measured for a node's op and shapes. */
  variantsOf(node: Node): KernelVariants;
}

/** Runs graphs as WGSL dispatches. States: alive → closed by close(), or alive → lost by the driver. */
export class WebGpuDevice implements Device {
  readonly kind = 'webgpu';
  readonly description: string;
  readonly lost: Promise<string>;
  readonly pipelines: PipelineCache;
  readonly limits: KernelLimits;
  readonly #readback: Readback;
  readonly tuning: TuningState | undefined;
  /** The variants that are taken where nothing else was measured. */
  readonly variants: KernelVariants;
  readonly #tuned: TunedVariants | undefined;
  readonly #waiting: WebGpuDeviceOptions['waiting'];
  #state: 'alive' | 'lost' | 'closed' = 'alive';
  #lostReason = '';
  /** An error nobody caught: kept, because whatever it spoilt must not be read as if it were a result. */
  #stickyError: EngineError | undefined;
  #buffers = 0;
  #bindGroups = 0;
  #submits = 0;
  #bytes = 0;

  constructor(
    readonly gpu: GPUDevice,
    { description, limits, variants = {}, tuned, waiting }: WebGpuDeviceOptions,
  ) {
    this.description = description;
    this.limits = limits;
    this.pipelines = new PipelineCache(gpu);
    this.#readback = new Readback(gpu, waiting);
    this.variants = variants;
    this.tuning = tuned?.state;
    this.#tuned = tuned;
    this.#waiting = waiting;
    gpu.onuncapturederror = ({ error }) => {
      this.#stickyError ??= new EngineError('GPU_ERROR', error.message, { where: 'gpu', cause: error });
    };
    this.lost = new Promise((resolve) => {
      gpu.lost.then(({ message, reason }) => {
        if (this.#state === 'closed') return;
        this.#state = 'lost';
        this.#lostReason = message || reason || 'the driver gave no reason';
        resolve(this.#lostReason);
      });
    });
  }

  get state(): 'alive' | 'lost' | 'closed' {
    return this.#state;
  }

  /** What a node is computed by here: what a tuning manifest says of its shapes, else the device's variants. */
  variantsOf(node: Node): KernelVariants {
    return { ...this.variants, ...this.#tuned?.variantsOf(node) };
  }

  createStorage(dtype: DType, length: number, label: string): Storage {
    this.assertUsable('createStorage');
    tensorType(dtype, [length], label);
    return new WebGpuStorage(this, dtype, length, label);
  }

  async compile<S extends InputSpec, O extends Outputs>(
    spec: S,
    build: (inputs: TracedInputs<S>) => O,
    { label = 'program', onProgress, guard = 0, variants }: CompileOptions = {},
  ): Promise<Program<S, O>> {
    this.assertUsable('compile');
    const lowered = new Map<Node, LoweredNode>();
    const lowerOnce = (node: Node): LoweredNode => {
      const known = lowered.get(node) ?? lower(node, this.limits, variantsOf(node));
      lowered.set(node, known);
      return known;
    };
    const traced = trace(spec, build);
    const variantsOf = (node: Node): KernelVariants => variants ?? this.variantsOf(node);
    (await import('./fuse.js')).fuse(traced, this.limits, variantsOf);
    const planned = plan(traced, {
      device: this,
      scratch: (node) => lowerOnce(node).scratch,
      slack: guard,
    });
    const steps = planned.nodes.flatMap(({ node }) => lowerOnce(node).steps);
    let done = 0;
    const compiling = Promise.all(
      steps.map(async (step) => {
        const pipeline = await this.pipelines.pipeline(step);
        onProgress?.(++done, steps.length);
        return pipeline;
      }),
    );
    this.#waiting?.(compiling);
    const pipelines = await compiling;
    const executable = await WebGpuExecutable.create(this, planned, lowerOnce, pipelines, { label, guard });
    return new Program<S, O>(planned, spec, executable);
  }

  stats(): DeviceStats {
    return {
      buffersCreated: this.#buffers + this.#readback.created,
      pipelinesCreated: this.pipelines.created,
      bindGroupsCreated: this.#bindGroups,
      submits: this.#submits,
      bytesInUse: this.#bytes,
    };
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.gpu.destroy();
  }

  /** For the device's own programs and storages: refuses work that could not give a true result. */
  assertUsable(where: string): void {
    if (this.#state === 'closed') throw new EngineError('DEVICE_CLOSED', `${where}: the device was closed`, { where });
    if (this.#state === 'lost') {
      throw new EngineError('DEVICE_LOST', `${where}: the device was lost (${this.#lostReason})`, {
        where,
        fix: 'Open a new device, load the parameters again (when training, the last checkpoint), and compile again.',
      });
    }
    if (this.#stickyError) throw this.#stickyError;
  }

  createBuffer(length: number, label: string): GPUBuffer {
    const size = Math.max(1, length) * BYTES_PER_ELEMENT;
    const { maxBufferSize } = this.limits;
    if (size > maxBufferSize) throw limitError(label, `maxBufferSize of ${size}`, maxBufferSize);
    this.#buffers++;
    this.#bytes += size;
    return this.gpu.createBuffer({
      label,
      size,
      usage: BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST,
    });
  }

  destroyBuffer(buffer: GPUBuffer): void {
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  createBindGroup(descriptor: GPUBindGroupDescriptor): GPUBindGroup {
    this.#bindGroups++;
    return this.gpu.createBindGroup(descriptor);
  }

  submit(commands: GPUCommandBuffer): void {
    this.#submits++;
    this.gpu.queue.submit([commands]);
  }

  async readBuffer(buffer: GPUBuffer, offset: number, bytes: number, where: string): Promise<ArrayBuffer> {
    this.assertUsable(where);
    try {
      const result = await this.#readback.read(buffer, offset, bytes);
      this.assertUsable(where);
      return result;
    } catch (cause) {
      if (cause instanceof EngineError) throw cause;
      // A map that fails because the device went away may be told before the loss itself is.
      await Promise.race([this.lost, new Promise((resolve) => setTimeout(resolve, 100))]);
      this.assertUsable(where);
      throw new EngineError('GPU_ERROR', `${where}: reading back failed`, { where, cause });
    }
  }
}
