import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTuningFile, tuningFile, writeTuningFile } from './node-tuning-file.js';
import type { TuningManifest } from './tuning/manifest.js';

const manifest: TuningManifest = {
  format: 'ecgpu-tuning',
  formatVersion: 1,
  engine: '1',
  adapter: 'a',
  driver: 'd',
  runtime: 'r',
  date: '2026-01-01',
  choices: [],
};

describe('the file of a tuning manifest', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ecgpu-tuning-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('lies in the cache folder of the user', () => {
    expect(tuningFile({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/c', 'ecgpu', 'tuning.json'));
    expect(tuningFile({}, 'linux')).toContain(join('.cache', 'ecgpu', 'tuning.json'));
    expect(tuningFile({}, 'darwin')).toContain(join('Library', 'Caches', 'ecgpu'));
    expect(tuningFile({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'ecgpu', 'tuning.json'));
  });

  it('is written with its folders, read again, and leaves nothing else behind', async () => {
    const file = join(folder, 'a', 'b', 'tuning.json');
    expect(await readTuningFile(file)).toBeUndefined();
    await writeTuningFile(file, manifest);
    await writeTuningFile(file, { ...manifest, adapter: 'again' });
    expect(await readTuningFile(file)).toEqual({ ...manifest, adapter: 'again' });
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['tuning.json']);
  });

  it.runIf(process.platform === 'linux')('is refused, and nothing hangs, where no folder can be made', async () => {
    await expect(writeTuningFile('/proc/ecgpu/tuning.json', manifest)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['no JSON', '{'],
    ['no manifest', '{"format":"x"}'],
    ['far too long', `"${'x'.repeat(1 << 20)}"`],
  ])('with %s is refused by name', async (_, text) => {
    const file = join(folder, 'hostile.json');
    await writeFile(file, text);
    await expect(readTuningFile(file)).rejects.toMatchObject({ code: 'FORMAT', where: file });
  });
});
