import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectAdapters, writeTuningFile } from '@ecgpu/engine/node';
import type { TuningManifest } from '@ecgpu/engine/tuning';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Console } from '../output/console.js';
import { openChosenDevice } from './device.js';
import { chooseManifest } from './tuning-choice.js';

const manifest: TuningManifest = {
  format: 'ecgpu-tuning',
  formatVersion: 1,
  engine: '0',
  adapter: 'a card that is not in this machine',
  driver: 'd',
  runtime: 'r',
  date: '2026-01-01',
  choices: [],
};

describe('the tuning manifest of a command', () => {
  let cache: string;
  let said: string;
  const console: Console = {
    out: () => {},
    err: (text) => {
      said += text;
    },
    progress: () => ({ update: () => {}, end: () => {} }),
  };
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'ecgpu-cache-'));
    said = '';
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true, force: true });
  });
  const inCache = () => join(cache, 'ecgpu', 'tuning.json');

  it('is that of the cache folder, if there is one, and none where it is turned off', async () => {
    expect(await chooseManifest(console, { XDG_CACHE_HOME: cache })).toBeUndefined();
    await writeTuningFile(inCache(), manifest);
    expect(await chooseManifest(console, { XDG_CACHE_HOME: cache })).toEqual({ file: inCache(), manifest });
    expect(await chooseManifest(console, { XDG_CACHE_HOME: cache, ECGPU_TUNING: 'off' })).toBeUndefined();
    expect(said).toBe('');
  });

  it('that is spoilt is left alone in the cache, with a note, and refused where it was named', async () => {
    await mkdir(join(cache, 'ecgpu'));
    await writeFile(inCache(), '{"format":1}');
    expect(await chooseManifest(console, { XDG_CACHE_HOME: cache })).toBeUndefined();
    expect(said).toContain('is no tuning manifest');
    await expect(chooseManifest(console, { ECGPU_TUNING: inCache() })).rejects.toMatchObject({ code: 'FORMAT' });
    await expect(chooseManifest(console, { ECGPU_TUNING: join(cache, 'none') })).rejects.toThrow('there is no file');
  });

  it('of another adapter is named on stderr and not used', async (context) => {
    const adapters = await inspectAdapters().catch(() => []);
    if (adapters.length === 0 && process.env['REQUIRE_GPU'] !== '1') context.skip('no WebGPU adapter on this machine');
    await writeTuningFile(inCache(), manifest);
    vi.stubEnv('ECGPU_TUNING', inCache());
    const device = await openChosenDevice({ device: 'webgpu' }, console);
    device.close();
    expect(said).toMatch(/tuning: .*tuning\.json is not used: .*a card that is not in this machine/);
    expect(said).not.toContain('tuned kernel variants');
  });
});
