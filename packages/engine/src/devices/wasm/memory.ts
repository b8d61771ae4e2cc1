import { EngineError } from '../../errors.js';
import type { DType } from '../../graph/shape.js';
import type { TensorData } from '../../graph/storage.js';
import { type WasmMemory, webAssembly } from './webassembly.js';

const PAGE = 65_536;
/** Below this address lie the kernels' own data and the threads' control block. */
const RESERVED = PAGE;
/** Blocks start on cache lines, so that threads never write to the same one. */
const LINE = 64;
/** Kernels may read (never write) up to this many bytes past a tensor's end. */
const OVERREAD = 256;
/** Largest first: a runtime that cannot reserve 4 GiB of addresses may still grant less. */
const MAXIMUM_PAGES = [65_536, 32_768, 16_384, 4096];

interface Block {
  readonly address: number;
  readonly bytes: number;
}

/**
 * The device's one linear memory, handed out in blocks. It is always shared: views stay valid when it grows, and all
 * threads see it.
 */
export class LinearMemory {
  readonly memory: WasmMemory;
  readonly #maximumPages: number;
  readonly #taken = new Map<number, number>();
  #free: Block[] = [];
  #end = RESERVED;

  constructor() {
    const [memory, maximum] = reserve();
    this.memory = memory;
    this.#maximumPages = maximum;
  }

  /** Zero-filled bytes at a multiple of 64. Throws OUT_OF_MEMORY. */
  allocate(bytes: number, label: string): number {
    const size = Math.ceil((Math.max(1, bytes) + OVERREAD) / LINE) * LINE;
    const at = this.#free.findIndex((block) => block.bytes >= size);
    const address = at < 0 ? this.#extend(size, label) : this.#reuse(at, size);
    this.#taken.set(address, size);
    return address;
  }

  release(address: number): void {
    const bytes = this.#taken.get(address);
    if (bytes === undefined) return;
    this.#taken.delete(address);
    const blocks = [...this.#free, { address, bytes }].sort((a, b) => a.address - b.address);
    this.#free = [];
    for (const block of blocks) {
      const last = this.#free.at(-1);
      if (last && last.address + last.bytes === block.address) {
        this.#free[this.#free.length - 1] = { address: last.address, bytes: last.bytes + block.bytes };
      } else this.#free.push(block);
    }
  }

  /** The bytes from `address` on as `length` elements. Stays valid. */
  view(dtype: DType, address: number, length: number): TensorData {
    const { buffer } = this.memory;
    if (dtype === 'f32') return new Float32Array(buffer, address, length);
    return dtype === 'i32' ? new Int32Array(buffer, address, length) : new Uint32Array(buffer, address, length);
  }

  #reuse(index: number, size: number): number {
    const { address, bytes } = this.#free[index]!;
    if (bytes === size) this.#free.splice(index, 1);
    else this.#free[index] = { address: address + size, bytes: bytes - size };
    new Uint8Array(this.memory.buffer, address, size).fill(0);
    return address;
  }

  #extend(size: number, label: string): number {
    const address = this.#end;
    const pages = Math.ceil((address + size) / PAGE) - this.memory.buffer.byteLength / PAGE;
    if (pages > 0) {
      try {
        this.memory.grow(pages);
      } catch (cause) {
        const limit = (this.#maximumPages * PAGE) / 2 ** 20;
        throw new EngineError('OUT_OF_MEMORY', `${label} needs ${size} bytes; ${address} are in use of ${limit} MiB`, {
          where: label,
          fix: 'Use a smaller batch, or release other programs first.',
          cause,
        });
      }
    }
    this.#end = address + size;
    return address;
  }
}

function reserve(): [WasmMemory, number] {
  let cause: unknown;
  for (const maximum of MAXIMUM_PAGES) {
    try {
      return [new webAssembly!.Memory({ initial: 2, maximum, shared: true }), maximum];
    } catch (error) {
      cause = error;
    }
  }
  throw new EngineError('OUT_OF_MEMORY', 'the runtime grants no shared memory of even 256 MiB', {
    where: 'openWasmDevice',
    fix: 'Close other pages or programs, or use the cpu device.',
    cause,
  });
}
