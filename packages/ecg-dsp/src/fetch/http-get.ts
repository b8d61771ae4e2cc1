import { EcgError } from '../errors.js';

export interface GetOptions {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
  /** Gives up an attempt that brings no byte for so long. */
  readonly stallMs: number;
  readonly attempts: number;
  /** First pause between attempts; each next one is twice as long. */
  readonly backoffMs: number;
}

/** An attempt failed and another may do better. */
export class AttemptFailed extends Error {
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: { cause?: unknown; status?: number; retryAfterMs?: number | undefined } = {}) {
    super(message, details);
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

const LONGEST_PAUSE_MS = 60_000;
const MOST_REDIRECTS = 5;

/**
 * Runs an attempt until it succeeds; after {@link AttemptFailed} waits and tries again, longer each time, or as long as the
 * server asks for.
 * @throws EcgError FETCH_FAILED after the last attempt, ABORTED; whatever else the attempt throws
 */
export async function withRetries<T>(what: string, options: GetOptions, attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    throwIfAborted(what, options.signal);
    try {
      return await attempt();
    } catch (error) {
      throwIfAborted(what, options.signal);
      if (!(error instanceof AttemptFailed)) throw error;
      if (n >= options.attempts) {
        throw new EcgError('FETCH_FAILED', `${error.message} (${n} attempts)`, {
          where: what,
          fix: 'Run the same command again later: what has arrived is kept and the rest is fetched.',
          cause: error.cause,
        });
      }
      // Half of the pause is random, so that many clients do not come back together.
      const pause = options.backoffMs * 2 ** (n - 1) * (0.5 + Math.random() / 2);
      await sleep(Math.min(error.retryAfterMs ?? pause, LONGEST_PAUSE_MS), options.signal);
    }
  }
}

/**
 * One GET. Follows redirects on the same host only.
 * @throws AttemptFailed where trying again may help; EcgError FETCH_NOT_FOUND, FETCH_FORBIDDEN, FETCH_REDIRECT
 */
export async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  options: GetOptions,
): Promise<{ response: Response; body: AsyncGenerator<Uint8Array> }> {
  const watch = new Watchdog(options);
  let at = url;
  for (let hops = 0; ; hops++) {
    let response: Response;
    try {
      response = await options.fetch(at.href, {
        headers: { ...headers, 'accept-encoding': 'identity' },
        redirect: 'manual',
        signal: watch.signal,
      });
    } catch (cause) {
      watch.stop();
      throw new AttemptFailed(`No answer from ${url.host}`, { cause });
    }
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) {
      if (response.ok) return { response, body: watch.read(response) };
      watch.stop();
      await response.body?.cancel().catch(() => undefined);
      throw refusal(response, url);
    }
    await response.body?.cancel().catch(() => undefined);
    const next = URL.canParse(location, at.href) ? new URL(location, at) : undefined;
    if (next?.host !== url.host || next.protocol !== url.protocol || hops >= MOST_REDIRECTS) {
      watch.stop();
      throw new EcgError('FETCH_REDIRECT', `${url.host} redirects to ${JSON.stringify(location.slice(0, 200))}`, {
        where: url.href,
        fix: 'Only redirects on the same host are followed: give the new address as the base address if you trust it.',
      });
    }
    at = next;
  }
}

function refusal(response: Response, url: URL): Error {
  const { status } = response;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new AttemptFailed(`${url.host} answered ${status}`, { status, retryAfterMs: retryAfter(response) });
  }
  if (status === 416) return new AttemptFailed(`${url.host} has no such range`, { status });
  if (status === 401 || status === 403) {
    return new EcgError('FETCH_FORBIDDEN', `${url.host} refuses access (${status})`, {
      where: url.href,
      fix: 'The database may need an account or a signed agreement: open its page in a browser.',
    });
  }
  return new EcgError('FETCH_NOT_FOUND', `${url.host} answered ${status}`, {
    where: url.href,
    fix: 'Check the name and the version of the database, and the name of the record.',
  });
}

function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Aborts a request that brings nothing for too long, or that the caller gives up. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #stallMs: number;
  readonly #abort = (): void => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ signal, stallMs }: GetOptions) {
    this.#outer = signal;
    this.#stallMs = stallMs;
    signal?.addEventListener('abort', this.#abort);
    this.#feed();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  #feed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, this.#stallMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }

  async *read(response: Response): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of response.body ?? []) {
        this.#feed();
        yield part;
      }
    } catch (cause) {
      throw new AttemptFailed('The connection broke off', { cause });
    } finally {
      this.stop();
    }
  }
}

export function throwIfAborted(what: string, signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new EcgError('ABORTED', 'The download was stopped', {
    where: what,
    fix: 'Run the same command again: what has arrived is kept and the rest is fetched.',
  });
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
