import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EcgError } from '../errors.js';
import { parseHeader } from '../wfdb/parse-header.js';
import { parseChecksums, safePath } from './checksum-list.js';
import { type DownloadStatus, downloadFile } from './download-file.js';
import { AttemptFailed, type GetOptions, get, withRetries } from './http-get.js';
import { mitdbSums } from './mitdb-1.0.0.js';

export interface FetchProgress {
  /** Path of the file that moved, in the database. */
  readonly file: string;
  readonly received: number;
  /** Bytes of the file; undefined where the server does not say. */
  readonly total: number | undefined;
  readonly filesDone: number;
  readonly filesTotal: number;
}

export interface FetchDatabaseOptions {
  /** Name on PhysioNet, for example `mitdb`. */
  readonly database: string;
  /** Version; needed for databases without a default here. */
  readonly version?: string;
  /** Folder that the files go into. */
  readonly out: string;
  /** Only these records, with every file that belongs to them. Default all. */
  readonly records?: readonly string[];
  /** Default `https://physionet.org/files/`. Only https, but for this machine itself. */
  readonly baseUrl?: string;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
  /** Replaces files that are there with other contents. Default false. */
  readonly force?: boolean;
  /** Files at once, 1 to 4. Default 4. */
  readonly concurrency?: number;
  /** Attempts for each file. Default 6. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; each later pause is twice as long. Default 500. */
  readonly backoffMs?: number;
  /** Milliseconds without a byte after which an attempt is given up. Default 30,000. */
  readonly stallMs?: number;
  /** Largest file accepted, in bytes. Default 4 GiB. */
  readonly maxFileBytes?: number;
  /** Another `fetch`, for example one that goes through a proxy. */
  readonly fetch?: typeof fetch;
}

export interface FetchedFile {
  readonly path: string;
  readonly status: DownloadStatus;
}

export interface FetchedDatabase {
  readonly database: string;
  readonly version: string;
  readonly folder: string;
  readonly files: readonly FetchedFile[];
}

/** Versions that are fetched where none is given. */
export const defaultVersions: Readonly<Record<string, string>> = {
  mitdb: '1.0.0',
  nstdb: '1.0.0',
  svdb: '1.0.0',
  incartdb: '1.0.0',
  edb: '1.0.0',
  afdb: '1.0.0',
  nsrdb: '1.0.0',
  'ptb-xl': '1.0.3',
};

/** Lists that describe a database; fetched along where it has them. */
const COMPANIONS = ['RECORDS', 'ANNOTATORS', 'LICENSE.txt'];
const LIST_BYTES = 2 ** 26;

/**
 * Fetches a database, or some records of it, from PhysioNet. Every file is checked against its SHA-256 (for mitdb 1.0.0
 * against the sums pinned here, else against the database's own SHA256SUMS.txt) and appears whole or not at all; a
 * second call keeps what is right, goes on with what broke off and fetches the rest.
 * @throws EcgError FETCH_ARGUMENT, FETCH_NOT_FOUND, FETCH_FORBIDDEN, FETCH_FAILED, FETCH_CHECKSUM, FETCH_CONFLICT,
 *   FETCH_SUMS, FETCH_REDIRECT, FETCH_TOO_LARGE, PATH_ESCAPE, ABORTED
 */
export async function fetchDatabase(options: FetchDatabaseOptions): Promise<FetchedDatabase> {
  const { database, version, base } = checkArguments(options);
  const folder = resolve(options.out);
  const stop = new AbortController();
  const giveUp = (): void => stop.abort();
  options.signal?.addEventListener('abort', giveUp);
  if (options.signal?.aborted) giveUp();
  const request: GetOptions = {
    fetch: options.fetch ?? fetch,
    signal: stop.signal,
    stallMs: options.stallMs ?? 30_000,
    attempts: options.attempts ?? 6,
    backoffMs: options.backoffMs ?? 500,
  };
  try {
    const isPinned = database === 'mitdb' && version === '1.0.0';
    const sums = isPinned ? mitdbSums : await fetchChecksums(new URL('SHA256SUMS.txt', base), request);
    const job: Job = { options, request, base, folder, sums, stop: giveUp, files: [], filesTotal: 0 };
    await fetchFiles(
      job,
      COMPANIONS.filter((name) => sums.has(name)),
    );
    const records = await chooseRecords(job);
    await fetchFiles(job, filesOf(records, sums));
    // Headers name files that are not called after their record: signal files of others, and segments.
    for (let level = 0; level < 2; level++) await fetchFiles(job, await filesNamedInHeaders(job));
    // In the order of their names, not of their arrival.
    const files = [...job.files].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { database, version, folder, files };
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

interface Job {
  readonly options: FetchDatabaseOptions;
  readonly request: GetOptions;
  readonly base: URL;
  readonly folder: string;
  readonly sums: ReadonlyMap<string, string>;
  readonly stop: () => void;
  readonly files: FetchedFile[];
  filesTotal: number;
}

function checkArguments(options: FetchDatabaseOptions): { database: string; version: string; base: URL } {
  const { database } = options;
  const version = options.version ?? defaultVersions[database];
  const wrong = (message: string, fix: string): EcgError =>
    new EcgError('FETCH_ARGUMENT', message, { where: database, fix });
  if (!/^[a-z0-9][a-z0-9-]{0,80}$/i.test(database)) {
    throw wrong(`${JSON.stringify(database.slice(0, 80))} is not the name of a database`, 'For example: mitdb.');
  }
  if (version === undefined || !/^\d{1,5}(\.\d{1,5}){0,3}$/.test(version)) {
    throw wrong(
      version === undefined
        ? `Which version of ${database} to fetch is not known here`
        : `${JSON.stringify(version.slice(0, 80))} is no version of a database`,
      'Give it as its page on physionet.org has it, for example 1.0.0.',
    );
  }
  const { concurrency = 4, attempts = 6 } = options;
  if (
    !(
      Number.isInteger(concurrency) &&
      concurrency >= 1 &&
      concurrency <= 4 &&
      Number.isInteger(attempts) &&
      attempts >= 1
    )
  ) {
    throw wrong(
      `${concurrency} files at once with ${attempts} attempts`,
      'Fetch 1 to 4 files at once, with 1 attempt or more.',
    );
  }
  const address = options.baseUrl ?? 'https://physionet.org/files/';
  const base = URL.canParse(address) ? new URL(address.endsWith('/') ? address : `${address}/`) : undefined;
  const isLocal = base !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(base.hostname);
  if (base === undefined || !(base.protocol === 'https:' || (base.protocol === 'http:' && isLocal))) {
    throw wrong(
      `${JSON.stringify(address.slice(0, 200))} is not an https address`,
      'Files are fetched over https only.',
    );
  }
  return { database, version, base: new URL(`${database}/${version}/`, base) };
}

async function fetchChecksums(url: URL, request: GetOptions): Promise<Map<string, string>> {
  return withRetries(url.href, request, async () => {
    const { response, body } = await get(url, {}, request);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of body) {
      length += part.length;
      if (length > LIST_BYTES) {
        throw new EcgError('FETCH_TOO_LARGE', `The list of checksums is over ${LIST_BYTES} bytes`, {
          where: url.href,
          fix: 'This is not a list of checksums: check the address.',
        });
      }
      parts.push(part);
    }
    const declared = response.headers.get('content-length');
    const plain = response.headers.get('content-encoding') === null;
    if (declared !== null && plain && Number(declared) !== length)
      throw new AttemptFailed('The list of checksums broke off');
    return parseChecksums(Buffer.concat(parts), url.href);
  });
}

/** Records to fetch: those asked for, else those that RECORDS lists, else those that have a header. */
async function chooseRecords({ options, folder, sums }: Job): Promise<string[]> {
  const headers = [...sums.keys()].filter((path) => path.endsWith('.hea')).map((path) => path.slice(0, -4));
  if (options.records !== undefined) {
    for (const record of options.records) {
      if (sums.has(`${record}.hea`)) continue;
      throw new EcgError('FETCH_NOT_FOUND', `${options.database} has no record ${JSON.stringify(record)}`, {
        where: options.database,
        fix: `It has ${headers.length} records: ${headers.slice(0, 12).join(', ')}${headers.length > 12 ? ', …' : ''}.`,
      });
    }
    return [...options.records];
  }
  if (!sums.has('RECORDS')) return headers;
  const listed = (await readFile(join(folder, 'RECORDS'), 'utf8')).split(/\r?\n/).map((line) => line.trim());
  // A line that ends with a slash is a folder with records of its own.
  const folders = listed.filter((line) => line.endsWith('/'));
  const records = new Set(listed.filter((line) => line !== '' && !line.endsWith('/')));
  for (const header of headers) if (folders.some((start) => header.startsWith(start))) records.add(header);
  return [...records];
}

/** Files called after a record: `100.hea`, `100.dat`, `100.atr`. */
function filesOf(records: readonly string[], sums: ReadonlyMap<string, string>): string[] {
  const wanted = new Set(records);
  return [...sums.keys()].filter((path) => wanted.has(path.replace(/\.[^./]*$/, '')));
}

/** Files that the fetched headers name and that are not fetched yet. */
async function filesNamedInHeaders({ files, folder, sums }: Job): Promise<string[]> {
  const have = new Set(files.map(({ path }) => path));
  const named = new Set<string>();
  for (const path of [...have].filter((file) => file.endsWith('.hea'))) {
    const start = path.slice(0, path.lastIndexOf('/') + 1);
    const header = parseHeader(await readFile(join(folder, ...path.split('/'))), path.slice(start.length, -4));
    for (const { file } of header.signals) named.add(start + file);
    for (const { name } of header.segments ?? []) {
      for (const suffix of ['hea', 'dat']) named.add(`${start}${name}.${suffix}`);
    }
  }
  return [...named].filter((path) => sums.has(path) && !have.has(path));
}

/** Fetches files, some at once; the first that fails stops the others, whose pieces stay. */
async function fetchFiles(job: Job, paths: readonly string[]): Promise<void> {
  const { options, request, base, folder, sums } = job;
  const queue = paths.map((path) => ({ path, local: safePath(path, `${options.database}/SHA256SUMS.txt`) }));
  job.filesTotal += queue.length;
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && failure === undefined; next = queue.shift()) {
      const { path, local } = next;
      const url = new URL(local.split('/').map(encodeURIComponent).join('/'), base);
      let received = 0;
      let total: number | undefined;
      const report = (): void => {
        options.onProgress?.({ file: path, received, total, filesDone: job.files.length, filesTotal: job.filesTotal });
      };
      try {
        const status = await downloadFile(url, folder, local, sums.get(path)!, {
          ...request,
          maxFileBytes: options.maxFileBytes ?? 2 ** 32,
          force: options.force === true,
          onBytes: (bytes, all) => {
            received = bytes;
            total = all;
            report();
          },
        });
        job.files.push({ path, status });
        report();
      } catch (error) {
        failure ??= { error: typed(error, join(folder, local)) };
        job.stop();
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 4 }, worker));
  if (failure !== undefined) throw failure.error;
}

/** Errors of the file system as ours. */
function typed(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new EcgError('WRITE_FAILED', `${path} cannot be written (${error.message})`, {
    where: path,
    fix: 'Check the folder, its permissions and the free space; then run the same command again.',
    cause: error,
  });
}
