import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatabaseServer } from '../../test/database-server.js';
import { text } from '../../test/independent-wfdb-writer.js';
import { parseChecksums } from './checksum-list.js';

const db = new DatabaseServer();

describe('what a list of checksums may not do', () => {
  it.each(['../x.hea', '/tmp/x.hea', 'a/../../x.hea', 'C:x.hea', 'a\\x.hea'])('write to %s', async (path) => {
    db.served['SHA256SUMS.txt'] = text(`${'0'.repeat(64)} ${path}\n`);
    await expect(db.run()).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    expect(readdirSync(db.folder)).toEqual([]);
  });

  it('follow a link out of the folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'ecg-outside-'));
    symlinkSync(outside, join(db.folder, 'sub'));
    await expect(db.run()).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    rmSync(join(db.folder, 'sub'));
    rmSync(join(db.folder, '100.dat'), { force: true });
    symlinkSync(join(outside, 'x'), join(db.folder, '100.dat.part'));
    await expect(db.run()).rejects.toMatchObject({ code: 'PATH_ESCAPE' });
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  it('be something else', async () => {
    db.served['SHA256SUMS.txt'] = text('<html>moved</html>');
    await expect(db.run()).rejects.toMatchObject({ code: 'FETCH_SUMS', line: 1 });
    const twice = `${'0'.repeat(64)}  a\n${'1'.repeat(64)} *a\n`;
    expect(() => parseChecksums(text(twice), 'x')).toThrow(expect.objectContaining({ line: 2 }));
    expect(parseChecksums(text(`${'A'.repeat(64)}  a b\r\n\r\n`), 'x')).toEqual(new Map([['a b', 'a'.repeat(64)]]));
  });
});
