import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRecord } from '../../test/independent-wfdb-writer.js';
import { readRecord } from '../wfdb/read.js';
import { writeRecord } from '../wfdb/write.js';
import { folderSource, openRecordPath } from './folder-source.js';
import { writeFileAtomic, writeFilesAtomic } from './write-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ecg-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder of records', () => {
  const files = makeRecord('r', 100, [{ samples: [1, 2], format: 16, name: 'I' }]);
  beforeEach(() => {
    mkdirSync(join(folder, 'db'));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, 'db', name), bytes);
    writeFileSync(join(folder, 'secret.hea'), files['r.hea']!);
  });

  it.each(['db/r', 'db/r.hea'])('is opened by the path %s', async (path) => {
    const { source, name } = openRecordPath(join(folder, path));
    expect([...(await readRecord(source, name, { strict: true })).leads[0]!.samples]).toEqual([0.005, 0.01]);
  });

  it('is read down into sub-folders and never out of it', async () => {
    expect((await readRecord(folderSource(folder), 'db/r')).length).toBe(2);
    for (const name of ['../secret', '/etc/hostname', '..']) {
      await expect(readRecord(folderSource(join(folder, 'db')), name)).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
      await expect(folderSource(folder).read(name, 0, 1)).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    }
  });

  it('follows links, as data sets are often made of them', async () => {
    symlinkSync(join(folder, 'db'), join(folder, 'linked'));
    expect((await readRecord(folderSource(folder), 'linked/r')).length).toBe(2);
  });

  it('names a record where a folder of records was named', async () => {
    const { source, name } = openRecordPath(join(folder, 'db'));
    const refused = readRecord(source, name);
    await expect(refused).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', where: 'db.hea' });
    await expect(refused).rejects.toMatchObject({ fix: 'This is a folder of records: name one of them, as db/r.' });
  });

  it('says what is missing, and does not wait for a pipe or read a folder', async () => {
    await expect(readRecord(folderSource(folder), 'q')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      where: 'q.hea',
    });
    mkdirSync(join(folder, 'f.hea'));
    await expect(readRecord(folderSource(folder), 'f')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    execFileSync('mkfifo', [join(folder, 'p.hea')]);
    await expect(readRecord(folderSource(folder), 'p')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('writing files', () => {
  it('makes the folder, writes all bytes, and leaves nothing else', async () => {
    const path = join(folder, 'a/b/x.atr');
    await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['x.atr']);
  });

  it('refuses a file that is there, and replaces it where forced', async () => {
    const path = join(folder, 'x');
    await writeFileAtomic(path, 'old');
    await expect(writeFileAtomic(path, 'new')).rejects.toMatchObject({ code: 'FILE_EXISTS', where: path });
    expect(readFileSync(path, 'utf8')).toBe('old');
    await writeFileAtomic(path, 'new', { force: true });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('of two writers of one name, one wins and the other is told', async () => {
    const path = join(folder, 'x');
    const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => writeFileAtomic(path, text.repeat(1e6))));
    const lost = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(lost.map(({ reason }) => reason.code)).toEqual(['FILE_EXISTS', 'FILE_EXISTS']);
    expect(new Set(readFileSync(path, 'utf8')).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('says when it cannot write', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeFileAtomic(join(folder, 'file/x'), 'a')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });

  it.runIf(existsSync('/proc/self'))('says so too where the system takes no new folder', async () => {
    await expect(writeFileAtomic('/proc/none/x', 'a')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });

  it('makes one folder for several writers at once', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => writeFileAtomic(join(folder, 'new/deep', name), name)));
    expect(readdirSync(join(folder, 'new/deep'))).toEqual(['a', 'b', 'c']);
  });

  it('writes a record whole or not at all', async () => {
    const lead = { name: 'I', units: 'mV', samples: Float64Array.of(1, 2) };
    const record = { name: 'w', fs: 100, length: 2, leads: [lead], comments: [], diagnostics: [] };
    writeFileSync(join(folder, 'w.dat'), 'mine');
    await expect(writeFilesAtomic(folder, writeRecord(record))).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readdirSync(folder)).toEqual(['w.dat']);
    // Of three files the last cannot be written: what lies in its way is no folder.
    const files = [...writeRecord(record), { name: 'w.dat/x', bytes: Uint8Array.of(1) }];
    await expect(writeFilesAtomic(folder, files, { force: true })).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(readdirSync(folder)).toEqual(['w.dat']);
    expect(readFileSync(join(folder, 'w.dat'), 'utf8')).toBe('mine');
    await writeFilesAtomic(folder, writeRecord(record), { force: true });
    expect({ ...(await readRecord(folderSource(folder), 'w', { strict: true })) }).toEqual(record);
  });
});
