import { readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { big, DatabaseServer, statusOf } from '../../test/database-server.js';

const db = new DatabaseServer();

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
    db.spoilFirst('100.atr', 1, how);
    const result = await db.run();
    expect(readFileSync(join(db.folder, '100.atr')).equals(big)).toBe(true);
    expect(result.files).toHaveLength(9);
    expect(db.leftovers()).toEqual([]);
  });

  it.each([
    ['silence', () => undefined],
    [
      'silence in the middle',
      (response: ServerResponse) => void response.writeHead(200, { 'content-length': 300_000 }).write('half'),
    ],
  ])('%s: is waited for, and asked again', async (_what, how) => {
    db.spoilFirst('100.atr', 1, how);
    await db.run({ stallMs: 1000 });
    expect(readFileSync(join(db.folder, '100.atr')).equals(big)).toBe(true);
    expect(db.leftovers()).toEqual([]);
  });

  it('again and again: gives up after so many attempts, and says what to do', async () => {
    db.spoilFirst('100.atr', 99, (response) => void response.writeHead(503).end());
    await expect(db.run({ attempts: 3 })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('503 (3 attempts)'),
    });
    expect(db.asked.filter((path) => path.startsWith('100.atr'))).toHaveLength(3);
    expect(db.have('100.atr')).toBe(false);
  });

  it.each([
    [404, 'FETCH_NOT_FOUND'],
    [410, 'FETCH_NOT_FOUND'],
    [403, 'FETCH_FORBIDDEN'],
    [401, 'FETCH_FORBIDDEN'],
  ])('%i: is not asked again', async (code, expected) => {
    db.spoilFirst('100.atr', 99, (response) => void response.writeHead(code).end());
    await expect(db.run()).rejects.toMatchObject({ code: expected });
    expect(db.asked.filter((path) => path.startsWith('100.atr'))).toHaveLength(1);
  });

  it('wrong bytes once: fetched anew; always: refused, and nothing kept', async () => {
    const wrong = (response: ServerResponse): void => void response.writeHead(200).end(Buffer.alloc(300_000));
    db.spoilFirst('100.atr', 1, wrong);
    expect(statusOf(await db.run(), '100.atr')).toBe('fetched');
    rmSync(join(db.folder, '100.atr'));
    db.spoilFirst('100.atr', 99, wrong);
    await expect(db.run()).rejects.toMatchObject({ code: 'FETCH_CHECKSUM' });
    expect(db.have('100.atr')).toBe(false);
    expect(db.leftovers()).toEqual([]);
  });

  it('a file without end or beyond the limit is not taken', async () => {
    await expect(db.run({ maxFileBytes: 1000 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    db.spoil = (_request, response, _bytes, path) => {
      if (path !== '100.atr') return false;
      const more = (): void => void (response.destroyed || response.write(big, () => setImmediate(more)));
      response.writeHead(200);
      more();
      return true;
    };
    await expect(db.run({ maxFileBytes: 1e6 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    expect(db.have('100.atr')).toBe(false);
  });

  it('redirects on the same host are followed; others and loops are not', async () => {
    db.served['elsewhere'] = big;
    db.spoilFirst('100.atr', 99, (response) => void response.writeHead(302, { location: 'elsewhere' }).end());
    expect(statusOf(await db.run(), '100.atr')).toBe('fetched');
    for (const location of [
      'https://example.org/x',
      'http://127.0.0.1:1/x',
      'file:///etc/passwd',
      '100.dat',
      'http://[',
    ]) {
      rmSync(join(db.folder, '100.dat'), { force: true });
      db.spoilFirst('100.dat', 99, (response) => void response.writeHead(301, { location }).end());
      await expect(db.run()).rejects.toMatchObject({ code: 'FETCH_REDIRECT' });
    }
  });
});
