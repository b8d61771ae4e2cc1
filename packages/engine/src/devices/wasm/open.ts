import { EngineError } from '../../errors.js';
import type { Device } from '../device.js';
import { bestVariant, compileKernels, type WasmVariant } from './binary.js';
import { WasmDevice } from './device.js';
import { LinearMemory } from './memory.js';
import { type StartWorker, Team } from './team.js';
import { defaultThreads, MOST_THREADS } from './thread-count.js';
import type { WasmModule } from './webassembly.js';

export interface WasmOpenOptions {
  /** Threads, the caller's own among them. Default: one a core, at most 8. */
  readonly threads?: number;
  /** Default: `relaxed-simd` where the runtime has it. */
  readonly variant?: WasmVariant;
}

/** What the runtime offers beyond WebAssembly itself. */
export interface WasmPlatform {
  /** Undefined where memory cannot be shared with other threads, and why. */
  readonly startWorker: StartWorker | undefined;
  readonly whyOneThread?: string;
  readonly cores: number;
}

/**
 * Opens the device. Throws NO_WASM where the runtime has no SIMD, INVALID_ARGUMENT for a thread count outside 1…32, and
 * NO_THREADS when threads were asked for and cannot be started.
 */
export async function openWasmDeviceOn(platform: WasmPlatform, options: WasmOpenOptions = {}): Promise<Device> {
  const best = bestVariant();
  const variant = options.variant ?? best;
  if (variant === undefined || best === undefined || (variant === 'relaxed-simd' && best !== variant)) {
    throw new EngineError('NO_WASM', `this runtime has no WebAssembly ${variant ?? 'simd'}`, {
      where: 'openWasmDevice',
      fix: 'Use Node ≥ 20 or a browser of 2023 or later (relaxed SIMD: 2024), or the cpu device.',
    });
  }
  const threads = threadCount(platform, options.threads);
  const module = await compileKernels(variant);
  const memory = new LinearMemory();
  const { team, why } = await startTeam(platform, module, memory, { threads, asked: options.threads !== undefined });
  const count = team.threads === 1 ? '1 thread' : `${team.threads} threads`;
  return new WasmDevice(`WebAssembly ${variant}, ${count}${why ? ` (${why})` : ''}`, memory, team);
}

/** The team that was asked for, or the caller alone where nobody asked and workers do not start (a strict page). */
async function startTeam(
  { startWorker, whyOneThread }: WasmPlatform,
  module: WasmModule,
  { memory }: LinearMemory,
  { threads, asked }: { threads: number; asked: boolean },
): Promise<{ team: Team; why?: string | undefined }> {
  try {
    const team = await Team.start(module, memory, threads, startWorker);
    return { team, why: startWorker === undefined ? whyOneThread : undefined };
  } catch (cause) {
    if (asked) {
      throw new EngineError('NO_THREADS', `${threads} threads could not be started`, {
        where: 'openWasmDevice',
        fix: 'Ask for fewer threads, or one; on a page, allow workers from blob: addresses.',
        cause,
      });
    }
    return { team: await Team.start(module, memory, 1, undefined), why: `workers do not start: ${String(cause)}` };
  }
}

function threadCount({ startWorker, whyOneThread, cores }: WasmPlatform, asked: number | undefined): number {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 1 || asked > MOST_THREADS)) {
    throw new EngineError('INVALID_ARGUMENT', `threads must be 1 … ${MOST_THREADS}, got ${asked}`, {
      where: 'threads',
    });
  }
  if (startWorker === undefined && asked !== undefined && asked > 1) {
    throw new EngineError('INVALID_ARGUMENT', `${asked} threads are not possible here: ${whyOneThread}`, {
      where: 'threads',
      fix: 'Serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
    });
  }
  if (startWorker === undefined) return 1;
  return asked ?? defaultThreads(cores);
}
