import { availableParallelism } from 'node:os';
import { bestVariant, type WasmVariant } from './devices/wasm/binary.js';
import { defaultThreads, MOST_THREADS } from './devices/wasm/thread-count.js';

export interface WasmReport {
  /** What the wasm device computes with here; null where the runtime has no WebAssembly SIMD. */
  readonly variant: WasmVariant | null;
  readonly cores: number;
  /** Threads of a wasm device opened without a number: one a core, at most 8. */
  readonly threads: number;
  /** The largest number that may be asked for. */
  readonly mostThreads: number;
}

/** What a wasm device would be in this process; none is opened. */
export function inspectWasm(): WasmReport {
  const cores = availableParallelism();
  return { variant: bestVariant() ?? null, cores, threads: defaultThreads(cores), mostThreads: MOST_THREADS };
}
