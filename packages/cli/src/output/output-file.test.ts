import { mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { refuseToReplace, requireWritable } from './output-file.js';

const at = temporaryFolder();

it('finds out that a file could not be written, and takes folders that will be made', async () => {
  await writeFile(at('file'), '');
  await mkdir(at('folder'));
  for (const path of [at('new'), at('folder', 'new'), at('not', 'there', 'yet', 'new'), at('file')])
    expect(() => requireWritable(path)).not.toThrow();
  const failed = (message: RegExp) =>
    expect.objectContaining({ code: 'WRITE_FAILED', message: expect.stringMatching(message) });
  expect(() => requireWritable(at('file', 'new'))).toThrow(failed(/file is no folder$/));
  expect(() => requireWritable(at('file', 'deep', 'new'))).toThrow(failed(/file is no folder$/));
  expect(() => requireWritable(at('folder'))).toThrow(failed(/it is a folder$/));
});

it('refuses to replace a file unless forced', async () => {
  await writeFile(at('taken'), '');
  expect(() => refuseToReplace(at('taken'), false)).toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }));
  expect(() => refuseToReplace(at('taken'), true)).not.toThrow();
  expect(() => refuseToReplace(at('taken', 'below'), true)).toThrow(expect.objectContaining({ code: 'WRITE_FAILED' }));
});
