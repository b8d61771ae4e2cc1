import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { holdingRun } from './held-run.js';

const at = temporaryFolder();
const lock = (folder: string) => at(folder, 'training.lock');

describe('a folder that a training holds', () => {
  it('is refused to another one, and free when the work is done or has failed', async () => {
    await holdingRun(at('run'), async () => {
      const second = holdingRun(at('run'), async () => 'never');
      await expect(second).rejects.toThrow(
        expect.objectContaining({ code: 'RUN_BUSY', message: expect.stringContaining(`process ${process.pid} is`) }),
      );
      expect(await filesIn(at('run'))).toEqual(['training.lock']);
      await writeFile(at('run', 'model.safetensors'), '');
    });
    expect(await filesIn(at('run'))).toEqual(['model.safetensors']);
    const failed = holdingRun(at('new'), () => Promise.reject(new Error('no such record')));
    await expect(failed).rejects.toThrow('no such record');
    expect(await filesIn(at(''))).not.toContain('new');
  });

  it.each([
    ['a process that is gone', '{"pid":4194304}'],
    ['a process before this one of the same number', `{"pid":${process.pid},"started":-1}`],
    ['an interrupted write', ''],
    ['nobody', '{"pid":-1}'],
  ])('is taken over from %s', async (_, left) => {
    await holdingRun(at('left'), async () => {
      const own = await readFile(lock('left'), 'utf8');
      await writeFile(lock('left'), left);
      expect(await holdingRun(at('left'), () => readFile(lock('left'), 'utf8'))).toBe(own);
    });
  });
});
