import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { DatabaseServer, files, statusOf, sumOf } from '../../test/database-server.js';
import { text } from '../../test/independent-wfdb-writer.js';
import { folderSource } from '../node/folder-source.js';
import { readRecord } from '../wfdb/read.js';
import type { FetchDatabaseOptions } from './fetch-database.js';
import { mitdbSums } from './mitdb-1.0.0.js';

const db = new DatabaseServer();

describe('fetching a database', () => {
  it('fetches all its records, checked, with what their headers name and nothing else', async () => {
    const moves: string[] = [];
    const result = await db.run({
      onProgress: ({ file, filesDone, filesTotal }) => moves.push(`${file} ${filesDone}/${filesTotal}`),
    });
    expect(result.files.map(({ path }) => path).sort()).toEqual(
      Object.keys(files)
        .filter((path) => path !== 'notes.html')
        .sort(),
    );
    for (const { path } of result.files)
      expect(readFileSync(join(db.folder, path)).equals(files[path]!), path).toBe(true);
    expect(db.leftovers()).toEqual([]);
    expect(db.busiest).toBeLessThanOrEqual(4);
    expect(moves.some((move) => move.endsWith(`${result.files.length}/${result.files.length}`))).toBe(true);
    expect([...(await readRecord(folderSource(db.folder), 'm', { strict: true })).leads[0]!.samples]).toHaveLength(6);
  });

  it('fetches chosen records, and says which there are', async () => {
    const result = await db.run({ records: ['m'] });
    expect(result.files.map(({ path }) => path)).toEqual(['ANNOTATORS', 'RECORDS', 'm.hea', 'part1.hea', 'shared.dat']);
    await expect(db.run({ records: ['999'] })).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      fix: expect.stringContaining('100'),
    });
  });

  it('keeps what is right, and asks for nothing but the list', async () => {
    await db.run();
    db.asked.length = 0;
    const again = await db.run();
    expect(new Set(again.files.map((file) => file.status))).toEqual(new Set(['kept']));
    expect(db.asked).toEqual(['SHA256SUMS.txt']);
  });

  it('does not overwrite a file of its own accord', async () => {
    writeFileSync(join(db.folder, '100.atr'), 'mine');
    await expect(db.run()).rejects.toMatchObject({ code: 'FETCH_CONFLICT', where: '100.atr' });
    expect(readFileSync(join(db.folder, '100.atr'), 'utf8')).toBe('mine');
    expect(statusOf(await db.run({ force: true }), '100.atr')).toBe('fetched');
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
    await expect(db.run(options as Partial<FetchDatabaseOptions>)).rejects.toMatchObject({ code: 'FETCH_ARGUMENT' });
    expect(db.asked).toEqual([]);
  });

  it('says when it cannot write', async () => {
    writeFileSync(join(db.folder, 'file'), '');
    await expect(db.run({ out: join(db.folder, 'file/db') })).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });
});

describe('mitdb 1.0.0', () => {
  it('is checked against the sums pinned here, whatever the server says', async () => {
    db.spoil = (request, response) => {
      if (request.url?.startsWith('/files/mitdb/')) response.writeHead(200).end('forged');
      return true;
    };
    db.served = new Proxy(db.served, { get: () => text('forged') });
    // One file at a time: the pieces of others under way would stay, as after any failure.
    await expect(db.run({ database: 'mitdb', concurrency: 1 })).rejects.toMatchObject({ code: 'FETCH_CHECKSUM' });
    expect(readdirSync(db.folder)).toEqual([]);
    expect(db.asked.some((path) => path.includes('SHA256SUMS'))).toBe(false);
  });

  it('has the sums of all its files', (context) => {
    const mitdb = dataFolder(context, 'mitdb');
    expect(mitdbSums.size).toBe(146);
    for (const [path, sum] of mitdbSums) expect(sumOf(readFileSync(join(mitdb, path))), path).toBe(sum);
  });
});
