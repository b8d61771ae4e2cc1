import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { Interrupted } from '../interruption.js';

const at = temporaryFolder();
const served = new Map<string, Buffer>();
let asked: string[] = [];
let server: Server;
let mirror: string;

beforeAll(async () => {
  await excerpt(at('source'), '100', 10);
  await excerpt(at('source'), '233', 10);
  served.set('RECORDS', Buffer.from('100\n233\n'));
  for (const record of ['100', '233']) {
    for (const suffix of ['hea', 'dat', 'atr']) {
      served.set(`${record}.${suffix}`, await readFile(at('source', `${record}.${suffix}`)));
    }
  }
  const sums = [...served].map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')} ${name}`);
  served.set('SHA256SUMS.txt', Buffer.from(`${sums.join('\n')}\n`));
  server = createServer((request, response) => {
    const name = (request.url ?? '').replace('/files/tinydb/1.0.0/', '');
    asked.push(name);
    const bytes = served.get(name);
    if (bytes) response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files/`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetch = (out: string, ...more: string[]) => [
  ...['fetch', 'tinydb', '--release', '1.0.0', '--base-url', mirror, '--out', at(out), '--attempts', '1'],
  ...more,
];

describe('ecgpu fetch', () => {
  it('fetches a database whose records can then be read, and keeps what is there the next time', async () => {
    const seen: string[] = [];
    const { exit, out } = await ecgpu(fetch('all'), (label, done) => seen.push(`${label} ${done}`));
    expect({ exit, out }).toEqual({ exit: 0, out: `tinydb 1.0.0 in ${at('all')}: 7 fetched\n` });
    expect(seen.length).toBeGreaterThan(0);
    expect(await readFile(at('all', '100.dat'))).toEqual(served.get('100.dat'));
    expect((await ecgpu(['detect', at('all', '100')])).out).toContain('beats');
    asked = [];
    expect((await ecgpu(fetch('all'))).out).toContain(': 7 kept\n');
    expect(asked).toEqual(['SHA256SUMS.txt']);
  });

  it('asked to end, says that what has arrived is kept, and goes on the next time', async () => {
    const stop = new AbortController();
    const run = await ecgpu(fetch('stopped'), () => stop.abort(new Interrupted('SIGTERM')), undefined, stop.signal);
    expect(run).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('Run the same command again') });
    expect((await ecgpu(fetch('stopped'))).exit).toBe(0);
    expect(await readFile(at('stopped', '233.dat'))).toEqual(served.get('233.dat'));
  });

  it('fetches some records only', async () => {
    const { files } = await ecgpuJson<{ files: { path: string }[] }>(...fetch('some', '--records', '233'));
    expect(files.map(({ path }) => path)).toEqual(['233.atr', '233.dat', '233.hea', 'RECORDS']);
  });

  it('does not replace other files unasked', async () => {
    await ecgpu(fetch('kept', '--records', '100'));
    await writeFile(at('kept', '100.hea'), 'mine');
    expect(await refusal(1, ...fetch('kept', '--records', '100'))).toContain('100.hea');
    expect(await readFile(at('kept', '100.hea'), 'utf8')).toBe('mine');
    expect((await ecgpu(fetch('kept', '--records', '100', '--force'))).exit).toBe(0);
    expect(await readFile(at('kept', '100.hea'))).toEqual(served.get('100.hea'));
  });

  it('says what it cannot do', async () => {
    expect(await refusal(1, ...fetch('none', '--records', '999'))).toContain('999');
    expect(await refusal(1, 'fetch', 'tinydb', '--out', at('none'))).toContain('version');
    expect(await refusal(2, 'fetch', 'mitdb')).toContain("'--out <dir>' not specified");
  });
});
