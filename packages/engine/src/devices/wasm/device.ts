import { plan } from '../../compile/plan.js';
import { Program } from '../../compile/program.js';
import { EngineError } from '../../errors.js';
import type { Node } from '../../graph/node.js';
import { type DType, tensorType } from '../../graph/shape.js';
import type { Storage } from '../../graph/storage.js';
import { type InputSpec, type Outputs, type TracedInputs, trace } from '../../graph/trace.js';
import type { CompileOptions, Device, DeviceStats } from '../device.js';
import { WasmExecutable } from './executable.js';
import { fuse } from './fuse.js';
import { type LoweredNode, lower } from './lower.js';
import type { LinearMemory } from './memory.js';
import { WasmStorage } from './storage.js';
import type { Team } from './team.js';

const BYTES_PER_ELEMENT = 4;
/** Elements between the parts of a shared memory: a cache line. */
const ALIGNMENT = 16;

/** Runs graphs as SIMD kernels over one linear memory, on all threads of its team. A run is over when it returns. */
export class WasmDevice implements Device {
  readonly kind = 'wasm';
  readonly lost: Promise<string>;
  #state: 'alive' | 'lost' | 'closed' = 'alive';
  #lose!: (reason: string) => void;
  #buffers = 0;
  #runs = 0;
  #bytes = 0;

  constructor(
    readonly description: string,
    readonly memory: LinearMemory,
    readonly team: Team,
  ) {
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  get state(): 'alive' | 'lost' | 'closed' {
    return this.#state;
  }

  createStorage(dtype: DType, length: number, label: string): Storage {
    this.assertUsable('createStorage');
    tensorType(dtype, [length], label);
    return new WasmStorage(this, this.allocate(length * BYTES_PER_ELEMENT, label), dtype, length, label);
  }

  async compile<S extends InputSpec, O extends Outputs>(
    spec: S,
    build: (inputs: TracedInputs<S>) => O,
    { label = 'program', onProgress, guard = 0 }: CompileOptions = {},
  ): Promise<Program<S, O>> {
    this.assertUsable('compile');
    const traced = trace(spec, build);
    fuse(traced);
    const { threads } = this.team;
    const lowered = new Map<Node, LoweredNode>();
    const lowerOnce = (node: Node): LoweredNode => {
      const known = lowered.get(node) ?? lower(node, threads);
      lowered.set(node, known);
      return known;
    };
    const planned = plan(traced, {
      device: this,
      scratch: (node) => lowerOnce(node).scratch,
      alignment: ALIGNMENT,
      slack: guard,
    });
    // First: what it throws must find nothing made.
    onProgress?.(planned.nodes.length, planned.nodes.length);
    const executable = new WasmExecutable(this, planned, lowerOnce, { label, guard });
    return new Program<S, O>(planned, spec, executable);
  }

  stats(): DeviceStats {
    return {
      buffersCreated: this.#buffers,
      pipelinesCreated: 0,
      bindGroupsCreated: 0,
      submits: this.#runs,
      bytesInUse: this.#bytes,
    };
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.team.dismiss();
  }

  /** For the device's own programs and storages: refuses work that could not give a true result. */
  assertUsable(where: string): void {
    if (this.#state === 'alive') return;
    if (this.#state === 'closed') throw new EngineError('DEVICE_CLOSED', `${where}: the device was closed`, { where });
    throw new EngineError('DEVICE_LOST', `${where}: a kernel trapped before`, {
      where,
      fix: 'Open a new device, load the parameters again and compile again.',
    });
  }

  /** Zero-filled memory, an address in bytes. */
  allocate(bytes: number, label: string): number {
    const address = this.memory.allocate(bytes, label);
    this.#buffers++;
    this.#bytes += bytes;
    return address;
  }

  free(address: number, bytes: number): void {
    this.memory.release(address);
    this.#bytes -= bytes;
  }

  /** Works through a command list, on the caller's thread or on all. After a trap the device is lost. */
  run(commands: number, count: number, alone = false): void {
    try {
      this.team.run(commands, count, alone);
    } catch (error) {
      this.#state = 'lost';
      this.team.dismiss();
      this.#lose((error as Error).message);
      throw error;
    }
  }

  countRun(): void {
    this.#runs++;
  }
}
