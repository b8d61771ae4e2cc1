import { constants } from 'node:os';

/** By which a user, a service manager or a terminal that closes ends a command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Signal = (typeof SIGNALS)[number];

interface Process {
  on(signal: Signal, listener: (signal: Signal) => void): unknown;
  off(signal: Signal, listener: (signal: Signal) => void): unknown;
}

/** Thrown by a command that was asked to end, once it has handed out what it had. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly signal: Signal) {
    super(`interrupted by ${signal}`);
  }

  /** What a shell says that a process ended with by this signal: 130 by Ctrl-C, 143 by SIGTERM. */
  get exitCode(): number {
    return 128 + constants.signals[this.signal];
  }
}

/**
 * Aborts, with {@link Interrupted} as the reason, where the process is asked to end, so that a command can finish what it is about. It ends
 * the process no more then, but the next time it does.
 */
export function interruption(process: Process): AbortSignal {
  const asked = new AbortController();
  const end = (signal: Signal): void => {
    for (const each of SIGNALS) process.off(each, end);
    asked.abort(new Interrupted(signal));
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return asked.signal;
}

/** What comes in, up to where `asked` is aborted: what is being waited for then is left. */
export async function* untilInterrupted<T>(input: AsyncIterable<T>, asked: AbortSignal): AsyncGenerator<T> {
  const iterator = input[Symbol.asyncIterator]();
  while (!asked.aborted) {
    const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
      const stop = () => resolve(undefined);
      asked.addEventListener('abort', stop);
      // Taken away each time: an input may go on for months.
      const arrived = () => asked.removeEventListener('abort', stop);
      iterator.next().finally(arrived).then(resolve, reject);
    });
    if (next === undefined || next.done) return;
    yield next.value;
  }
}
