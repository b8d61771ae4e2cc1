import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { big, DatabaseServer, statusOf, sumOf } from '../../test/database-server.js';
import type { FetchProgress } from './fetch-database.js';

const db = new DatabaseServer();

describe('going on with what broke off', () => {
  const half = (): void => {
    writeFileSync(join(db.folder, '100.atr.part'), big.subarray(0, 100_000));
    writeFileSync(join(db.folder, '100.atr.part.version'), `"${sumOf(big).slice(0, 8)}"`);
  };
  const asks = (): string[] => db.asked.filter((path) => path.startsWith('100.atr'));

  it('asks for the rest only', async () => {
    half();
    expect(statusOf(await db.run(), '100.atr')).toBe('resumed');
    expect(asks()).toEqual(['100.atr bytes=100000-']);
    expect(readFileSync(join(db.folder, '100.atr')).equals(big)).toBe(true);
    expect(db.leftovers()).toEqual([]);
  });

  it('after a broken connection too', async () => {
    let broken: ServerResponse | undefined;
    db.spoilFirst('100.atr', 1, (response) => {
      broken = response;
      response.writeHead(200, { 'content-length': big.length, etag: `"${sumOf(big).slice(0, 8)}"` });
      response.write(big.subarray(0, 50_000));
    });
    const onProgress = ({ file, received }: FetchProgress): void => {
      if (file === '100.atr' && received > 0) broken?.destroy();
    };
    expect(statusOf(await db.run({ onProgress }), '100.atr')).toBe('resumed');
    expect(asks()[1]).toMatch(/bytes=[1-9]\d*-/);
  });

  it('takes a piece that is whole already as it is', async () => {
    writeFileSync(join(db.folder, '100.atr.part'), big);
    await db.run();
    expect(asks()).toEqual([]);
    expect(db.have('100.atr')).toBe(true);
  });

  it.each([
    ['the file changed on the server', () => writeFileSync(join(db.folder, '100.atr.part.version'), '"other"')],
    ['it is not known which version the piece is of', () => rmSync(join(db.folder, '100.atr.part.version'))],
    ['the piece is of other contents', () => writeFileSync(join(db.folder, '100.atr.part'), Buffer.alloc(100_000))],
    ['the piece is longer than the file', () => writeFileSync(join(db.folder, '100.atr.part'), Buffer.alloc(400_000))],
    ['the name of the version is garbage', () => writeFileSync(join(db.folder, '100.atr.part.version'), 'a\r\nx: y')],
  ])('starts anew where %s', async (_what, change) => {
    half();
    change();
    expect(statusOf(await db.run(), '100.atr')).toBe('fetched');
    expect(readFileSync(join(db.folder, '100.atr')).equals(big)).toBe(true);
    expect(db.leftovers()).toEqual([]);
  });

  it('can be stopped, at once, and goes on at the next call', async () => {
    const stop = new AbortController();
    db.spoil = (_request, response, bytes, path) => {
      if (path !== '100.atr') return false;
      response.writeHead(200, { 'content-length': bytes.length, etag: `"${sumOf(bytes).slice(0, 8)}"` });
      response.write(bytes.subarray(0, 60_000));
      return true;
    };
    const onProgress = ({ file, received }: FetchProgress): void => {
      if (file === '100.atr' && received > 0) stop.abort();
    };
    await expect(db.run({ signal: stop.signal, onProgress })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(db.have('100.atr')).toBe(false);
    db.spoil = () => false;
    expect(statusOf(await db.run(), '100.atr')).toBe('resumed');
    await expect(db.run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
