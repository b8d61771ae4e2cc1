import { EngineError } from '../../errors.js';
import type { WasmFunction, WasmMemory, WasmModule, WasmTable } from './webassembly.js';
import { webAssembly } from './webassembly.js';

/** What a worker needs: the same module over the same memory, and its place in the team. */
export interface WorkerStart {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly thread: number;
  readonly threads: number;
}

export interface RunningWorker {
  /** Resolves when the worker listens; rejects when it cannot start. */
  readonly ready: Promise<void>;
  terminate(): void;
}

/** Starts one worker that never keeps the process alive. */
export type StartWorker = (source: string, start: WorkerStart) => RunningWorker;

/** Words of the control block, of 4 bytes each; the kernels' `team.ts` has the same numbers. */
const GENERATION = 32_768 / 4;
const FAILED = (32_768 + 192) / 4;
const UNUSED = (32_768 + 256) / 4;
/** Milliseconds of one sleep at a barrier; only a trapped thread makes it run out. */
const SLEEP = 50;

/**
 * The body of a worker, in plain JavaScript that Node and browsers both run: `start` is its WorkerStart and `ready` a
 * function to call. It waits for runs and takes part in them until it is terminated. A trap marks the run as failed
 * instead of leaving the others waiting.
 */
export const WORKER_BODY = `
  const words = new Int32Array(start.memory.buffer);
  const sleep = (word, seen) => void Atomics.wait(words, word >>> 2, seen, ${SLEEP});
  const clock = () => performance.now();
  const { exports } = new WebAssembly.Instance(start.module, { env: { memory: start.memory }, team: { sleep }, patience: { clock } });
  for (const value of Object.values(exports)) if (typeof value === 'function') exports.table.grow(1, value);
  ready();
  try {
    for (let seen = 0; ; seen = (seen + 1) | 0) {
      exports.awaitRun(seen, start.threads);
      Atomics.wait(words, ${GENERATION}, seen);
      exports.join(start.thread, start.threads);
    }
  } catch (error) {
    Atomics.store(words, ${FAILED}, 1);
  }
`;

/**
 * The threads of a device: the caller's own, and workers that wait in the kernels for the next run. Every step of a run
 * is cut into as many fixed shares as there are threads, so results never depend on which thread was faster.
 */
export class Team {
  readonly threads: number;
  readonly #workers: readonly RunningWorker[];
  readonly #exports: Record<string, WasmFunction>;
  readonly #indices = new Map<string, number>();
  readonly #words: Int32Array;

  /** Starts `threads` − 1 workers and waits until they listen. Rejects when one cannot start. */
  static async start(
    module: WasmModule,
    memory: WasmMemory,
    threads: number,
    startWorker: StartWorker | undefined,
  ): Promise<Team> {
    const workers: RunningWorker[] = [];
    try {
      for (let thread = 1; thread < threads; thread++) {
        workers.push(startWorker!(WORKER_BODY, { module, memory, thread, threads }));
      }
      await Promise.all(workers.map(({ ready }) => ready));
      return new Team(module, memory, workers);
    } catch (error) {
      for (const worker of workers) worker.terminate();
      throw error;
    }
  }

  private constructor(module: WasmModule, memory: WasmMemory, workers: readonly RunningWorker[]) {
    this.threads = workers.length + 1;
    this.#workers = workers;
    const words = new Int32Array(memory.buffer);
    const mayBlock = canBlock(words);
    const sleep = (word: number, seen: number): void => {
      if (mayBlock) Atomics.wait(words, word >>> 2, seen, SLEEP);
    };
    const clock = () => performance.now();
    const { exports } = new webAssembly!.Instance(module, { env: { memory }, team: { sleep }, patience: { clock } });
    this.#exports = exports as Record<string, WasmFunction>;
    const table = exports['table'] as WasmTable;
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value === 'function') this.#indices.set(name, table.grow(1, value));
    }
    this.#words = words;
  }

  /** The kernel's number in command lists. */
  kernel(name: string): number {
    const index = this.#indices.get(name);
    if (index === undefined) throw new EngineError('KERNEL_COMPILE', `there is no kernel '${name}'`, { where: name });
    return index;
  }

  /** Runs a command list in linear memory to its end, on the caller's thread or on all. Throws DEVICE_LOST when one trapped. */
  run(commands: number, count: number, alone = false): void {
    const threads = alone ? 1 : this.threads;
    try {
      this.#exports['run']!(commands, count, threads);
    } catch (cause) {
      throw this.#lost(cause);
    }
    if (threads > 1 && Atomics.load(this.#words, FAILED) !== 0) throw this.#lost();
  }

  #lost(cause?: unknown): EngineError {
    return new EngineError(
      'DEVICE_LOST',
      cause instanceof Error ? `a kernel trapped: ${cause.message}` : 'a kernel trapped on another thread',
      {
        where: 'run',
        fix: 'This is a bug in the engine: please report the program. Open a new device to go on.',
        cause,
      },
    );
  }

  dismiss(): void {
    for (const worker of this.#workers) worker.terminate();
  }
}

/** A page's main thread may not block in Atomics.wait; there the caller spins until the workers are done. */
function canBlock(words: Int32Array): boolean {
  try {
    Atomics.wait(words, UNUSED, 0, 0);
    return true;
  } catch {
    return false;
  }
}
