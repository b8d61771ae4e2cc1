import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSplit } from './split-file.js';
import { loadSplit } from './splits.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

it('takes a name or the path of a JSON file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'split-'));
  try {
    const file = join(folder, 'mine.json');
    const list = { name: 'mine', database: 'clinic', records: ['a'] };
    await writeFile(file, JSON.stringify(list));
    expect(await openSplit(file)).toEqual(list);
    expect(await openSplit('ds2')).toEqual(loadSplit('ds2'));
    await writeFile(file, '{"records":[]}');
    await expect(openSplit(file)).rejects.toThrow(code('SPLIT_INVALID'));
    await expect(openSplit(join(folder, 'other.json'))).rejects.toThrow(code('UNKNOWN_SPLIT'));
    await expect(openSplit('ds9')).rejects.toThrow(code('UNKNOWN_SPLIT'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
