import { readFile, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson } from '../../test/run-ecgpu.js';
import { constantRecord, excerpt, SAMPLES } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();

describe('ecgpu check', () => {
  it('has nothing to say of sound records', async () => {
    const run = await ecgpu(['check', `${SAMPLES}/100`, `${SAMPLES}/233`]);
    expect(run).toEqual({ exit: 0, out: '100: nothing to say\n233: nothing to say\n', err: '' });
    expect(await ecgpuJson('check', `${SAMPLES}/100`)).toMatchObject({ record: '100', sound: true, findings: [] });
  });

  it('names each fault with its byte, and fails on errors', async () => {
    const path = await excerpt(at(), '100', 10);
    await truncate(`${path}.dat`, 5000);
    await truncate(`${path}.atr`, (await readFile(`${path}.atr`)).length - 3);
    const { exit, out, err } = await ecgpu(['check', path]);
    expect(exit).toBe(1);
    expect(out).toMatch(/^100: error: .*\(SIG_TRUNCATED, .*100\.dat, byte 5000\)$/m);
    expect(out).toMatch(/^100: (warning|error): .*\(ANN_\w+, .*100\.atr, byte \d+\)$/m);
    expect(err).toMatch(/^ecgpu: 1 of 1 records are not sound \(100\)\n {2}/);
    const json = await ecgpu(['check', path, `${SAMPLES}/233`, '--json']);
    expect(json.exit).toBe(1);
    const [broken, sound] = JSON.parse(json.out);
    expect([broken.sound, sound.sound]).toEqual([false, true]);
    expect(broken.findings).toContainEqual(expect.objectContaining({ code: 'SIG_TRUNCATED', byteOffset: 5000 }));
  });

  it('tells the line of a broken header', async () => {
    await writeFile(at('odd.hea'), 'odd 1 360 100\nodd.dat 999 200\n');
    const { exit, out } = await ecgpu(['check', at('odd')]);
    expect(exit).toBe(1);
    expect(out).toMatch(/^odd: error: .*\(SIG_FMT_UNKNOWN, odd\.hea, line 2, byte \d+\)$/m);
  });

  it('fails on warnings only where that is asked', async () => {
    const path = await constantRecord(at(), 'flat', 0.25);
    const { exit, out } = await ecgpu(['check', path]);
    expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining('SIG_FLATLINE') });
    expect((await ecgpu(['check', path, '--strict'])).exit).toBe(1);
    expect((await ecgpu(['check', path, '-a', 'none'])).exit).toBe(1);
  });
});
