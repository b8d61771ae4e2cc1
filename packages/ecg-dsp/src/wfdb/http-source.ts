import { EcgError } from '../errors.js';
import { checkRelativePath } from './file-name.js';
import { fileNotFound, type RecordSource } from './source.js';

export interface HttpSourceOptions {
  /** Another `fetch`, for tests or for requests with credentials. */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
  /** Largest file that is loaded whole where the server does not answer range requests. Default 256 MiB. */
  readonly maxWholeFile?: number;
}

/** Files under a web address, for example `https://physionet.org/files/mitdb/1.0.0/`, read by HTTP ranges. */
export function httpSource(baseUrl: string, options: HttpSourceOptions = {}): RecordSource {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  const doFetch = options.fetch ?? fetch;
  const whole = new Map<string, Uint8Array>();

  const request = async (name: string, init: RequestInit): Promise<Response> => {
    const path = checkRelativePath(name, name).split('/').map(encodeURIComponent).join('/');
    let response: Response;
    try {
      response = await doFetch(base + path, { ...init, ...(options.signal ? { signal: options.signal } : {}) });
    } catch (cause) {
      throw new EcgError('SOURCE_FAILED', `No answer for ${name}`, {
        where: name,
        fix: 'Try again, or fetch the record first.',
        cause,
      });
    }
    if (response.ok) return response;
    if (response.status === 404) throw fileNotFound(name, 'Check the address and the name.');
    throw failed(name, `The server answered ${response.status}`);
  };

  const load = async (name: string, response: Response): Promise<Uint8Array> => {
    const limit = options.maxWholeFile ?? 2 ** 28;
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    for await (const part of response.body ?? []) {
      length += part.length;
      if (length > limit) throw failed(name, `The server sends no ranges and the file is over ${limit} bytes`);
      parts.push(part);
    }
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    whole.set(name, bytes);
    return bytes;
  };

  return {
    async size(name) {
      const known = whole.get(name);
      if (known) return known.length;
      const response = await request(name, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
      const declared = response.headers.get('content-length');
      const encoded = response.headers.get('content-encoding') ?? 'identity';
      if (declared !== null && /^\d+$/.test(declared) && encoded === 'identity') return Number(declared);
      return (await load(name, await request(name, {}))).length;
    },
    async read(name, from, to) {
      if (to <= from) return new Uint8Array(0);
      const known = whole.get(name);
      if (known) return known.subarray(from, to);
      const response = await request(name, {
        headers: { range: `bytes=${from}-${to - 1}`, 'accept-encoding': 'identity' },
      });
      if (response.status !== 206) return (await load(name, response)).subarray(from, to);
      const range = /^bytes (\d+)-(\d+)\//.exec(response.headers.get('content-range') ?? '');
      if (range === null || Number(range[1]) !== from || Number(range[2]) !== to - 1) {
        throw failed(name, `Asked for bytes ${from}-${to - 1}, got ${response.headers.get('content-range')}`);
      }
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

function failed(name: string, message: string): EcgError {
  return new EcgError('SOURCE_FAILED', message, { where: name, fix: 'Try again, or fetch the record first.' });
}
