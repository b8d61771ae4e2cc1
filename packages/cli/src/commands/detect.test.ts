import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { decodeAnnotations } from '@ecgpu/ecg-dsp';
import { listDetectors } from '@ecgpu/ecg-dsp/detectors';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { constantRecord, excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import type { DetectResult } from './detect.js';

const at = temporaryFolder();
beforeAll(async () => {
  await excerpt(at(), '100', 60);
  await excerpt(at(), '233', 60);
});

describe('ecgpu detect', () => {
  it('prints one JSON document: an object for a record, a list for several', async () => {
    const found = await ecgpuJson<DetectResult>('detect', at('100.hea'));
    expect(found).toMatchObject({ record: '100', fs: 360, lead: 'MLII', method: 'ecgpu', diagnostics: [] });
    // The annotations of this minute are 74 beats.
    expect(found.samples).toHaveLength(74);
    expect(found.samples[0]).toBe(77);
    const both = await ecgpuJson<DetectResult[]>('detect', at('100'), at('233'));
    expect(both.map(({ record }) => record)).toEqual(['100', '233']);
    expect(both[0]).toEqual(found);
  });

  it('prints a line a record', async () => {
    const { exit, out, err } = await ecgpu(['detect', at('100'), '--lead', 'v5']);
    expect({ exit, out, err }).toEqual({ exit: 0, out: '100  V5  74 beats, 74 per minute  (ecgpu)\n', err: '' });
    expect((await ecgpu(['detect', at('100'), '--lead', '1'])).out).toBe(out);
  });

  it('reads no other lead than the one it works on', async () => {
    const header = '100 2 360 21600\n100.dat 16x2 1000/mV 16 0 0 0 0 MLII\nnone.dat 16 200/mV 12 0 0 0 0 V5\n';
    await mkdir(at('one'), { recursive: true });
    await writeFile(at('one', '100.hea'), header);
    await copyFile(at('100.dat'), at('one', '100.dat'));
    expect((await ecgpuJson<DetectResult>('detect', at('one', '100'))).lead).toBe('MLII');
    expect(await refusal(1, 'detect', at('one', '100'), '--lead', 'V5')).toContain('none.dat');
  });

  it.each(listDetectors())('finds beats by %s', async (method) => {
    const { method: used, samples } = await ecgpuJson<DetectResult>('detect', at('100'), '--method', method);
    expect(used).toBe(method);
    expect(Math.abs(samples.length - 74)).toBeLessThanOrEqual(3);
  });

  it('writes annotations once, and again only by force', async () => {
    const [path, out] = [at('100'), at('found')];
    const { samples } = await ecgpuJson<DetectResult>('detect', path, '--out', out);
    const written = await readFile(at('found', '100.ecgpu'));
    const { annotations, resolution } = decodeAnnotations(written);
    expect(resolution).toBe(360);
    expect(annotations.map(({ sample }) => sample)).toEqual(samples);
    expect(await refusal(1, 'detect', path, '--out', out, '--method', 'xqrs')).toContain('is there already');
    expect(await readFile(at('found', '100.ecgpu'))).toEqual(written);
    expect((await ecgpu(['detect', path, '--out', out, '--method', 'xqrs', '--force'])).exit).toBe(0);
    expect(await filesIn(out)).toEqual(['100.ecgpu']);
  });

  it('refuses to write two records of one name into one file', async () => {
    const twice = ['detect', at('100'), at('other', '100.hea'), '--out', at('twice'), '--force'];
    expect(await refusal(2, 'detect', at('100'), '--force')).toContain('--force is for --out');
    expect(await refusal(2, ...twice)).toContain('two records called 100 into one file');
    expect(await filesIn(at('twice'))).toEqual([]);
  });

  it.each([
    ['flat', 0.3],
    ['missing', Number.NaN],
  ])('finds nothing in a signal that is %s, and says so', async (name, value) => {
    const path = await constantRecord(at(), name, value);
    const { exit, out, err } = await ecgpu(['detect', path]);
    expect({ exit, out }).toEqual({ exit: 0, out: `${name}  MLII  0 beats  (ecgpu)\n` });
    expect(err).toBe(`${name}: warning: The signal holds nothing like a QRS complex. (NO_BEATS)\n`);
    const { samples, diagnostics } = await ecgpuJson<DetectResult>('detect', path);
    expect(samples).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['NO_BEATS']);
  });
});
