import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeRecord } from '../../test/independent-wfdb-writer.js';
import { httpSource } from './http-source.js';
import { readRecord } from './read.js';
import { fileListSource, memorySource, type RecordSource, readWhole } from './source.js';

const files = makeRecord('r', 100, [{ samples: [1, 2, 3, 4], format: 16, name: 'I' }]);
const values = async (source: RecordSource, name = 'r'): Promise<number[]> => [
  ...(await readRecord(source, name, { strict: true })).leads[0]!.samples,
];

describe('sources', () => {
  it('memory, as a map or an object', async () => {
    expect(await values(memorySource(files))).toEqual([0.005, 0.01, 0.015, 0.02]);
    expect(await values(memorySource(new Map(Object.entries(files))))).toHaveLength(4);
    await expect(values(memorySource({}))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', where: 'r.hea' });
  });

  it("a browser's list of files", async () => {
    const list = Object.entries(files).map(([name, bytes]) => new File([Uint8Array.from(bytes)], name));
    expect(await values(fileListSource(list))).toHaveLength(4);
    await expect(values(fileListSource(list.slice(0, 1)))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      where: 'r.dat',
    });
  });

  it('refuses a whole file beyond the limit before reading it', async () => {
    const promise = readWhole({ size: async () => 1e12, read: () => Promise.reject(new Error('read')) }, 'x', 1000);
    await expect(promise).rejects.toMatchObject({ code: 'LIMIT' });
  });
});

describe('a web server', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A server for `db/`, whose answers a test may spoil. */
  async function serve(spoil?: (path: string, range: string | undefined, response: ServerResponse) => boolean) {
    const asked: string[] = [];
    server = createServer((request, response) => {
      const path = request.url ?? '';
      const range = request.headers.range;
      asked.push(`${request.method} ${path} ${range ?? ''}`.trim());
      if (spoil?.(path, range, response)) return;
      const bytes = files[path.replace('/db/', '')];
      if (bytes === undefined) return void response.writeHead(404).end();
      const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(range ?? '') ?? [];
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': bytes.length }).end();
      else if (range === undefined) response.writeHead(200).end(bytes);
      else {
        const part = bytes.subarray(Number(from), Number(to) + 1);
        response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}` }).end(part);
      }
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return { asked, source: httpSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/db`) };
  }

  it('is read by ranges', async () => {
    const { source, asked } = await serve();
    expect(await values(source)).toEqual([0.005, 0.01, 0.015, 0.02]);
    expect(asked).toContain('GET /db/r.dat bytes=0-7');
  });

  it('without ranges is read whole, once', async () => {
    const { source, asked } = await serve((path, range, response) => {
      if (range !== undefined) response.writeHead(200).end(files[path.replace('/db/', '')]);
      return range !== undefined;
    });
    expect(await values(source)).toHaveLength(4);
    expect(await values(source)).toHaveLength(4);
    expect(asked.filter((line) => line.startsWith('GET /db/r.dat'))).toHaveLength(1);
  });

  it.each([
    [
      'another range',
      (response: ServerResponse) => response.writeHead(206, { 'content-range': 'bytes 1-8/9' }).end('12345678'),
    ],
    ['fewer bytes', (response: ServerResponse) => response.writeHead(206, { 'content-range': 'bytes 0-7/8' }).end('1')],
    ['an error', (response: ServerResponse) => response.writeHead(503).end()],
    ['no answer', (response: ServerResponse) => response.destroy()],
  ])('that gives %s is an error, not samples', async (_what, answer) => {
    const { source } = await serve((path, range, response) => {
      if (path !== '/db/r.dat' || range === undefined) return false;
      answer(response);
      return true;
    });
    await expect(values(source)).rejects.toMatchObject({ name: 'EcgError', code: 'SOURCE_FAILED', where: 'r.dat' });
  });

  it('that has no such file, or is not there, says so', async () => {
    const { source } = await serve();
    await expect(values(source, 'q')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', where: 'q.hea' });
    server?.close();
    server?.closeAllConnections();
    await expect(values(source)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  });

  it('is never asked for a path outside, and sends no endless file', async () => {
    const { asked } = await serve((_path, _range, response) => {
      response.writeHead(200);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(4096), () => setImmediate(more)));
      more();
      return true;
    });
    const address = `http://127.0.0.1:${(server!.address() as AddressInfo).port}/db/`;
    const source = httpSource(address, { maxWholeFile: 1e5 });
    await expect(source.size('../secret')).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    expect(asked).toEqual([]);
    await expect(source.read('r.dat', 0, 8)).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    server?.closeAllConnections();
  });
});
