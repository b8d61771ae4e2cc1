import { describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { constantRecord, SAMPLES } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';

interface HrvDocument {
  readonly beats: string;
  readonly statistics: { readonly intervals: number; readonly meanNn: number | null; readonly rmssd: number | null };
}

const at = temporaryFolder();

describe('ecgpu hrv', () => {
  it('counts intervals between normal beats only', async () => {
    const { out } = await ecgpu(['hrv', `${SAMPLES}/100`, '-a', 'atr']);
    expect(out).toContain('100: 2204 NN intervals, 2169 pairs of them (beats: atr)\n');
    expect(out).toMatch(/RMSSD {8}27\.48 ms/);
    const found = await ecgpuJson<HrvDocument>('hrv', `${SAMPLES}/100`);
    expect(found.beats).toBe('found');
    // The premature beats count as normal here, which makes the figure more than twice as large.
    expect(found.statistics.rmssd).toBeCloseTo(63.4, 0);
  });

  it('takes a part of the record', async () => {
    const part = await ecgpuJson<HrvDocument>('hrv', `${SAMPLES}/100`, '-a', 'atr', '-f', '1:00', '-t', '2:00');
    expect(part.statistics.intervals).toBeGreaterThan(65);
    expect(part.statistics.intervals).toBeLessThan(80);
    expect(await refusal(1, 'hrv', `${SAMPLES}/100`, '-a', 'atr', '-f', '31:00')).toContain('nothing between');
  });

  it('has no figures where there are no beats', async () => {
    const path = await constantRecord(at(), 'flat', 0.2);
    const { statistics } = await ecgpuJson<HrvDocument>('hrv', path);
    expect(statistics).toMatchObject({ intervals: 0, meanNn: null, rmssd: null });
    const { out, err } = await ecgpu(['hrv', path]);
    expect(out).toMatch(/SDNN {9}-\n/);
    expect(err).toContain('NO_BEATS');
  });
});
