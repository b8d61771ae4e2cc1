import { readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt, SAMPLES, writeToFolder } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';

interface QualityDocument {
  readonly usable: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly beats: readonly { readonly sample: number; readonly usable: boolean; readonly failed: readonly string[] }[];
}

const at = temporaryFolder();
beforeAll(() => excerpt(at(), '100', 60));

describe('ecgpu quality', () => {
  it('finds a clean minute usable', async () => {
    const { exit, out } = await ecgpu(['quality', at('100'), '-a', 'atr']);
    expect({ exit, out }).toEqual({ exit: 0, out: '100, lead MLII: 74 of 74 beats on usable signal\n' });
  });

  it('says which beats are not, and why', async () => {
    const record = await readRecord(folderSource(SAMPLES), '100', { to: 60 * 360, leads: ['MLII'] });
    // From 30 s on, the lead is off.
    record.leads[0]!.samples.fill(Number.NaN, 30 * 360);
    const path = await writeToFolder(at(), record, 'half');
    const result = await ecgpuJson<QualityDocument>('quality', path);
    expect(result.usable).toBeGreaterThan(20);
    expect(result.failed['missing']).toBe(result.beats.length - result.usable);
    for (const { sample, usable, failed } of result.beats) {
      // More than a tenth of the 10 s around a beat is missing when it stands less than 4 s before the end.
      if (sample < 25.9 * 360) expect({ sample, usable }).toEqual({ sample, usable: true });
      if (sample > 26.1 * 360) expect(failed).toContain('missing');
    }
    const { out } = await ecgpu(['quality', path]);
    expect(out).toMatch(/\n +\d+ {2}missing samples \(over 10 %\)\nminute {2}beats \(x not usable\)\n {5}0 {2}·+x+\n$/);
  });

  it('refuses what there is not', async () => {
    expect(await refusal(1, 'quality', at('100'), '--lead', 'V9')).toContain('It has: MLII, V5.');
    expect(await refusal(1, 'quality', at('100'), '-a', 'qrs')).toContain('"100.qrs"');
  });
});
