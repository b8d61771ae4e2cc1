import { describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson } from '../../test/run-ecgpu.js';
import { SAMPLES } from '../../test/sample-records.js';

describe('ecgpu info', () => {
  it('says what a record holds and how it is stored', async () => {
    const { exit, out, err } = await ecgpu(['info', `${SAMPLES}/100`]);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(/^100: 0:30:05\.556, 650000 samples at 360 Hz, 2 leads\n/);
    expect(out).toMatch(/^MLII {4}mV {2}360 +200 +1024 +11 +1024 +212 {2}100\.dat$/m);
  });

  it('shows comments, which are about the patient, only when asked', async () => {
    expect((await ecgpu(['info', `${SAMPLES}/100`])).out).not.toContain('Aldomet');
    expect((await ecgpu(['info', `${SAMPLES}/100`, '--patient'])).out).toContain('# Aldomet, Inderal\n');
    expect(await ecgpuJson('info', `${SAMPLES}/100`)).not.toHaveProperty('comments');
    const { comments } = await ecgpuJson<{ comments: string[] }>('info', `${SAMPLES}/100`, '--patient');
    expect(comments).toEqual(['69 M 1085 1629 x1', 'Aldomet, Inderal']);
  });

  it('prints a list for several records', async () => {
    const both = await ecgpuJson<{ record: string }[]>('info', `${SAMPLES}/100`, `${SAMPLES}/233.hea`);
    expect(both.map(({ record }) => record)).toEqual(['100', '233']);
    expect(both[0]).toMatchObject({
      fs: 360,
      length: 650_000,
      seconds: 650_000 / 360,
      leads: [{ name: 'MLII', units: 'mV', storage: { format: 212, gain: 200, baseline: 1024 } }, { name: 'V5' }],
    });
  });
});
