import { mkdir, writeFile } from 'node:fs/promises';
import { readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeFlac } from '../../ecg-dsp/test/independent-wfdb-writer.js';
import { ecgpu, ecgpuJson } from './run-ecgpu.js';
import { SAMPLES } from './sample-records.js';
import { temporaryFolder } from './temporary-folder.js';

const at = temporaryFolder();
const SAMPLE_COUNT = 4000;
const first = [995, 1011];

/** The beginning of record 100 as FLAC, under the same name, so that all commands say the same of both. */
beforeAll(async () => {
  const { leads } = await readRecord(folderSource(SAMPLES), '100', { to: SAMPLE_COUNT, units: 'digital' });
  await mkdir(at('raw'), { recursive: true });
  const lines = leads.map(({ name, samples }, lead) => {
    const sum = samples.reduce((total, value) => total + value, 0);
    return `100.dat 516 200(1024)/mV 16 0 ${first[lead]} ${(sum << 16) >> 16} 0 ${name}`;
  });
  await writeFile(at('100.hea'), `100 2 360 ${SAMPLE_COUNT}\n${lines.join('\n')}\n`);
  const channels = leads.map(({ samples }) => [...samples]);
  await writeFile(at('100.dat'), makeFlac(channels, 16));
});

const END = ['-t', `s${SAMPLE_COUNT}`];

describe('a record of FLAC samples', () => {
  it('is printed as the same record of format 212', async () => {
    for (const args of [END, [...END, '-p', '-v'], [...END, '-f', 's3500', '-s', 'V5']]) {
      const flac = await ecgpu(['samples', at('100'), ...args]);
      const raw = await ecgpu(['samples', `${SAMPLES}/100`, ...args]);
      expect(flac).toEqual(raw);
      expect(flac.out.length).toBeGreaterThan(1000);
    }
  });

  it('is described, and found sound', async () => {
    const info = await ecgpuJson<{ length: number; leads: { storage: { format: number } }[] }>('info', at('100'));
    expect([info.length, info.leads[0]!.storage.format]).toEqual([SAMPLE_COUNT, 516]);
    expect(await ecgpuJson('check', at('100'))).toMatchObject({ findings: [] });
  });

  it('is converted, and its beats are found', async () => {
    expect((await ecgpu(['convert', at('100'), at('raw', '100')])).exit).toBe(0);
    const [flac, raw] = await Promise.all([at('100'), at('raw', '100')].map((path) => ecgpu(['samples', path])));
    expect(raw!.out).toBe(flac!.out);
    const { samples } = await ecgpuJson<{ samples: number[] }>('detect', at('100'));
    expect(samples.length).toBeGreaterThan(10);
  });
});
