import { plan } from '../../compile/plan.js';
import { Program } from '../../compile/program.js';
import { EngineError } from '../../errors.js';
import { type DType, tensorType } from '../../graph/shape.js';
import type { Storage } from '../../graph/storage.js';
import { type InputSpec, type Outputs, type TracedInputs, trace } from '../../graph/trace.js';
import type { CompileOptions, Device, DeviceStats } from '../device.js';
import { CpuExecutable } from './executable.js';
import { CpuStorage } from './storage.js';

/** Runs each node's f64 reference. Written to be right; the yardstick for every other device. */
export class CpuDevice implements Device {
  readonly kind = 'cpu';
  readonly description = 'CPU, f64 reference implementations';
  readonly lost = new Promise<string>(() => {});
  #closed = false;
  #buffers = 0;
  #runs = 0;
  #bytes = 0;

  get state(): 'alive' | 'closed' {
    return this.#closed ? 'closed' : 'alive';
  }

  createStorage(dtype: DType, length: number, label: string): Storage {
    this.assertUsable('createStorage');
    tensorType(dtype, [length], label);
    const storage = new CpuStorage(this, dtype, length, label);
    this.#buffers++;
    this.#bytes += storage.values.byteLength;
    return storage;
  }

  async compile<S extends InputSpec, O extends Outputs>(
    spec: S,
    build: (inputs: TracedInputs<S>) => O,
    { onProgress }: CompileOptions = {},
  ): Promise<Program<S, O>> {
    this.assertUsable('compile');
    const planned = plan(trace(spec, build), { device: this, scratch: () => [], alignment: 1 });
    // First: what it throws must find nothing made.
    onProgress?.(planned.nodes.length, planned.nodes.length);
    const executable = new CpuExecutable(this, planned);
    this.#buffers += planned.slots.length + 1;
    this.#bytes += executable.stats().bytesReserved;
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
    this.#closed = true;
  }

  /** For the device's own programs and storages. */
  assertUsable(where: string): void {
    if (this.#closed) throw new EngineError('DEVICE_CLOSED', `${where}: the device was closed`, { where });
  }

  countRun(): void {
    this.#runs++;
  }

  countReleased(bytes: number): void {
    this.#bytes -= bytes;
  }
}
