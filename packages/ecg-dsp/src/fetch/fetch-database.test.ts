import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { makeRecord, text } from '../../test/independent-wfdb-writer.js';
import { folderSource } from '../node/folder-source.js';
import { readRecord } from '../wfdb/read.js';
import { parseChecksums } from './checksum-list.js';
import {
  type FetchDatabaseOptions,
  type FetchedDatabase,
  type FetchProgress,
  fetchDatabase,
} from './fetch-database.js';
import { mitdbSums } from './mitdb-1.0.0.js';

/** A small database: two records, one in a folder, one in segments, and files that belong to no record. */
const big = Buffer.alloc(300_000, 'ecg ');
const files: Record<string, Uint8Array> = {
  RECORDS: text('100\nsub/\nm\n'),
  ANNOTATORS: text('atr\treference\n'),
  'notes.html': text('<html>'),
  ...makeRecord('100', 100, [{ samples: [1, 2, 3], format: 212, name: 'MLII' }]),
  '100.atr': big,
  'sub/7.hea': text('7 0 100 5\n'),
  'm.hea': text('m/2 1 100 6\npart1 3\npart1 3\n'),
  'part1.hea': text('part1 1 100 3\nshared.dat 212 200 12 0 1 6 0 I\n'),
  'shared.dat': makeRecord('100', 100, [{ samples: [1, 2, 3], format: 212, name: 'I' }])['100.dat']!,
};
const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sums = (list: Record<string, Uint8Array>): Uint8Array =>
  text(
    Object.entries(list)
      .map(([path, bytes]) => `${sumOf(bytes)} ${path}\n`)
      .join(''),
  );

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, path: string) => boolean;

let folder: string;
let server: Server;
let asked: string[];
let busy: number;
let busiest: number;
let spoil: Answer;
let served: Record<string, Uint8Array>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ecg-fetch-'));
  asked = [];
  busy = busiest = 0;
  spoil = () => false;
  served = { ...files, 'SHA256SUMS.txt': sums(files) };
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').replace('/files/db/1.0.0/', '');
    asked.push(`${path} ${request.headers.range ?? ''}`.trim());
    busiest = Math.max(busiest, ++busy);
    response.on('close', () => busy--);
    const bytes = served[path];
    if (bytes === undefined) return void response.writeHead(404).end();
    if (!spoil(request, response, bytes, path)) answer(request, response, bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The way a good server answers, with ranges and a strong tag. */
function answer(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const etag = `"${sumOf(bytes).slice(0, 8)}"`;
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined || request.headers['if-range'] !== etag) {
    response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
  } else if (Number(from) >= bytes.length) response.writeHead(416).end();
  else {
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-length': bytes.length - Number(from), 'content-range': range, etag });
    response.end(bytes.subarray(Number(from)));
  }
}

const run = (options: Partial<FetchDatabaseOptions> = {}): Promise<FetchedDatabase> =>
  fetchDatabase({
    database: 'db',
    version: '1.0.0',
    out: folder,
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`,
    backoffMs: 2,
    stallMs: 1000,
    ...options,
  });
const status = ({ files: list }: FetchedDatabase, path: string): string | undefined =>
  list.find((file) => file.path === path)?.status;
const have = (path: string): boolean => existsSync(join(folder, path));
const leftovers = (): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.includes('.part'));

/** Spoils the first answers for one file. */
function spoilFirst(path: string, times: number, how: (response: ServerResponse, bytes: Uint8Array) => void): void {
  let left = times;
  spoil = (_request, response, bytes, asks) => {
    if (asks !== path || left-- <= 0) return false;
    how(response, bytes);
    return true;
  };
}

describe('fetching a database', () => {
  it('fetches all its records, checked, with what their headers name and nothing else', async () => {
    const moves: string[] = [];
    const result = await run({
      onProgress: ({ file, filesDone, filesTotal }) => moves.push(`${file} ${filesDone}/${filesTotal}`),
    });
    expect(result.files.map(({ path }) => path).sort()).toEqual(
      Object.keys(files)
        .filter((path) => path !== 'notes.html')
        .sort(),
    );
    for (const { path } of result.files) expect(readFileSync(join(folder, path)).equals(files[path]!), path).toBe(true);
    expect(leftovers()).toEqual([]);
    expect(busiest).toBeLessThanOrEqual(4);
    expect(moves.some((move) => move.endsWith(`${result.files.length}/${result.files.length}`))).toBe(true);
    expect([...(await readRecord(folderSource(folder), 'm', { strict: true })).leads[0]!.samples]).toHaveLength(6);
  });

  it('fetches chosen records, and says which there are', async () => {
    const result = await run({ records: ['m'] });
    expect(result.files.map(({ path }) => path)).toEqual(['ANNOTATORS', 'RECORDS', 'm.hea', 'part1.hea', 'shared.dat']);
    await expect(run({ records: ['999'] })).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      fix: expect.stringContaining('100'),
    });
  });

  it('keeps what is right, and asks for nothing but the list', async () => {
    await run();
    asked.length = 0;
    const again = await run();
    expect(new Set(again.files.map((file) => file.status))).toEqual(new Set(['kept']));
    expect(asked).toEqual(['SHA256SUMS.txt']);
  });

  it('does not overwrite a file of its own accord', async () => {
    writeFileSync(join(folder, '100.atr'), 'mine');
    await expect(run()).rejects.toMatchObject({ code: 'FETCH_CONFLICT', where: '100.atr' });
    expect(readFileSync(join(folder, '100.atr'), 'utf8')).toBe('mine');
    expect(status(await run({ force: true }), '100.atr')).toBe('fetched');
  });
});

describe('a server that fails', () => {
  it.each([
    [
      '429 with a time to wait',
      (response: ServerResponse) => void response.writeHead(429, { 'retry-after': '0' }).end(),
    ],
    ['503', (response: ServerResponse) => void response.writeHead(503).end('busy')],
    [
      '500 with a date to wait for',
      (response: ServerResponse) => void response.writeHead(500, { 'retry-after': new Date(0).toUTCString() }).end(),
    ],
    ['no answer', (response: ServerResponse) => void response.destroy()],
    ['silence', () => undefined],
    [
      'silence in the middle',
      (response: ServerResponse) => void response.writeHead(200, { 'content-length': 300_000 }).write('half'),
    ],
    [
      'an end in the middle',
      (response: ServerResponse) =>
        void response.writeHead(200, { 'content-length': 300_000 }).write('half', () => response.destroy()),
    ],
    [
      'fewer bytes, politely',
      (response: ServerResponse) => void response.writeHead(200, { connection: 'close' }).end('half'),
    ],
    [
      'a range nobody asked for',
      (response: ServerResponse) => void response.writeHead(206, { 'content-range': 'bytes 5-8/300000' }).end('1234'),
    ],
  ])('%s: is asked again', async (_what, how) => {
    spoilFirst('100.atr', 1, how);
    const result = await run();
    expect(readFileSync(join(folder, '100.atr')).equals(big)).toBe(true);
    expect(result.files).toHaveLength(9);
    expect(leftovers()).toEqual([]);
  });

  it('again and again: gives up after so many attempts, and says what to do', async () => {
    spoilFirst('100.atr', 99, (response) => void response.writeHead(503).end());
    await expect(run({ attempts: 3 })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('503 (3 attempts)'),
    });
    expect(asked.filter((path) => path.startsWith('100.atr'))).toHaveLength(3);
    expect(have('100.atr')).toBe(false);
  });

  it.each([
    [404, 'FETCH_NOT_FOUND'],
    [410, 'FETCH_NOT_FOUND'],
    [403, 'FETCH_FORBIDDEN'],
    [401, 'FETCH_FORBIDDEN'],
  ])('%i: is not asked again', async (code, expected) => {
    spoilFirst('100.atr', 99, (response) => void response.writeHead(code).end());
    await expect(run()).rejects.toMatchObject({ code: expected });
    expect(asked.filter((path) => path.startsWith('100.atr'))).toHaveLength(1);
  });

  it('wrong bytes once: fetched anew; always: refused, and nothing kept', async () => {
    const wrong = (response: ServerResponse): void => void response.writeHead(200).end(Buffer.alloc(300_000));
    spoilFirst('100.atr', 1, wrong);
    expect(status(await run(), '100.atr')).toBe('fetched');
    rmSync(join(folder, '100.atr'));
    spoilFirst('100.atr', 99, wrong);
    await expect(run()).rejects.toMatchObject({ code: 'FETCH_CHECKSUM' });
    expect(have('100.atr')).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it('a file without end or beyond the limit is not taken', async () => {
    await expect(run({ maxFileBytes: 1000 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    spoil = (_request, response, _bytes, path) => {
      if (path !== '100.atr') return false;
      const more = (): void => void (response.destroyed || response.write(big, () => setImmediate(more)));
      response.writeHead(200);
      more();
      return true;
    };
    await expect(run({ maxFileBytes: 1e6 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    expect(have('100.atr')).toBe(false);
  });

  it('redirects on the same host are followed; others and loops are not', async () => {
    served['elsewhere'] = big;
    spoilFirst('100.atr', 99, (response) => void response.writeHead(302, { location: 'elsewhere' }).end());
    expect(status(await run(), '100.atr')).toBe('fetched');
    for (const location of [
      'https://example.org/x',
      'http://127.0.0.1:1/x',
      'file:///etc/passwd',
      '100.dat',
      'http://[',
    ]) {
      rmSync(join(folder, '100.dat'), { force: true });
      spoilFirst('100.dat', 99, (response) => void response.writeHead(301, { location }).end());
      await expect(run()).rejects.toMatchObject({ code: 'FETCH_REDIRECT' });
    }
  });
});

describe('going on with what broke off', () => {
  const half = (): void => {
    writeFileSync(join(folder, '100.atr.part'), big.subarray(0, 100_000));
    writeFileSync(join(folder, '100.atr.part.version'), `"${sumOf(big).slice(0, 8)}"`);
  };
  const asks = (): string[] => asked.filter((path) => path.startsWith('100.atr'));

  it('asks for the rest only', async () => {
    half();
    expect(status(await run(), '100.atr')).toBe('resumed');
    expect(asks()).toEqual(['100.atr bytes=100000-']);
    expect(readFileSync(join(folder, '100.atr')).equals(big)).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it('after a broken connection too', async () => {
    let broken: ServerResponse | undefined;
    spoilFirst('100.atr', 1, (response) => {
      broken = response;
      response.writeHead(200, { 'content-length': big.length, etag: `"${sumOf(big).slice(0, 8)}"` });
      response.write(big.subarray(0, 50_000));
    });
    const onProgress = ({ file, received }: FetchProgress): void => {
      if (file === '100.atr' && received > 0) broken?.destroy();
    };
    expect(status(await run({ onProgress, stallMs: 20_000 }), '100.atr')).toBe('resumed');
    expect(asks()[1]).toMatch(/bytes=[1-9]\d*-/);
  });

  it('takes a piece that is whole already as it is', async () => {
    writeFileSync(join(folder, '100.atr.part'), big);
    await run();
    expect(asks()).toEqual([]);
    expect(have('100.atr')).toBe(true);
  });

  it.each([
    ['the file changed on the server', () => writeFileSync(join(folder, '100.atr.part.version'), '"other"')],
    ['it is not known which version the piece is of', () => rmSync(join(folder, '100.atr.part.version'))],
    ['the piece is of other contents', () => writeFileSync(join(folder, '100.atr.part'), Buffer.alloc(100_000))],
    ['the piece is longer than the file', () => writeFileSync(join(folder, '100.atr.part'), Buffer.alloc(400_000))],
    ['the name of the version is garbage', () => writeFileSync(join(folder, '100.atr.part.version'), 'a\r\nx: y')],
  ])('starts anew where %s', async (_what, change) => {
    half();
    change();
    expect(status(await run(), '100.atr')).toBe('fetched');
    expect(readFileSync(join(folder, '100.atr')).equals(big)).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it('can be stopped, at once, and goes on at the next call', async () => {
    const stop = new AbortController();
    spoil = (_request, response, bytes, path) => {
      if (path !== '100.atr') return false;
      response.writeHead(200, { 'content-length': bytes.length, etag: `"${sumOf(bytes).slice(0, 8)}"` });
      response.write(bytes.subarray(0, 60_000));
      return true;
    };
    const onProgress = ({ file, received }: FetchProgress): void => {
      if (file === '100.atr' && received > 0) stop.abort();
    };
    await expect(run({ signal: stop.signal, onProgress, stallMs: 20_000 })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(have('100.atr')).toBe(false);
    spoil = () => false;
    expect(status(await run(), '100.atr')).toBe('resumed');
    await expect(run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('what a list of checksums may not do', () => {
  it.each(['../x.hea', '/tmp/x.hea', 'a/../../x.hea', 'C:x.hea', 'a\\x.hea'])('write to %s', async (path) => {
    served['SHA256SUMS.txt'] = text(`${'0'.repeat(64)} ${path}\n`);
    await expect(run()).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('follow a link out of the folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'ecg-outside-'));
    symlinkSync(outside, join(folder, 'sub'));
    await expect(run()).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    rmSync(join(folder, 'sub'));
    rmSync(join(folder, '100.dat'), { force: true });
    symlinkSync(join(outside, 'x'), join(folder, '100.dat.part'));
    await expect(run()).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  it('be something else', async () => {
    served['SHA256SUMS.txt'] = text('<html>moved</html>');
    await expect(run()).rejects.toMatchObject({ code: 'FETCH_SUMS', line: 1 });
    const twice = `${'0'.repeat(64)}  a\n${'1'.repeat(64)} *a\n`;
    expect(() => parseChecksums(text(twice), 'x')).toThrow(expect.objectContaining({ line: 2 }));
    expect(parseChecksums(text(`${'A'.repeat(64)}  a b\r\n\r\n`), 'x')).toEqual(new Map([['a b', 'a'.repeat(64)]]));
  });
});

describe('arguments', () => {
  it.each([
    { database: '../db' },
    { database: 'a b' },
    { database: 'unknown', version: undefined },
    { version: '1/..' },
    { baseUrl: 'http://example.org/' },
    { baseUrl: 'ftp://example.org/' },
    { baseUrl: 'nonsense' },
    { concurrency: 5 },
    { concurrency: 0 },
    { attempts: 0 },
  ])('%j: refused before anything is asked', async (options) => {
    await expect(run(options as Partial<FetchDatabaseOptions>)).rejects.toMatchObject({ code: 'FETCH_ARGUMENT' });
    expect(asked).toEqual([]);
  });

  it('says when it cannot write', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(run({ out: join(folder, 'file/db') })).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });
});

describe('mitdb 1.0.0', () => {
  it('is checked against the sums pinned here, whatever the server says', async () => {
    spoil = (request, response) => {
      if (request.url?.startsWith('/files/mitdb/')) response.writeHead(200).end('forged');
      return true;
    };
    served = new Proxy(served, { get: () => text('forged') });
    await expect(run({ database: 'mitdb' })).rejects.toMatchObject({ code: 'FETCH_CHECKSUM' });
    expect(readdirSync(folder)).toEqual([]);
    expect(asked.some((path) => path.includes('SHA256SUMS'))).toBe(false);
  });

  it('has the sums of all its files', (context) => {
    const mitdb = dataFolder(context, 'mitdb');
    expect(mitdbSums.size).toBe(146);
    for (const [path, sum] of mitdbSums) expect(sumOf(readFileSync(join(mitdb, path))), path).toBe(sum);
  });
});
