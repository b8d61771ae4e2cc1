import { mkdir, writeFile } from 'node:fs/promises';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import { describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { SAMPLES } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();

const output = async (...args: string[]) => (await ecgpu(['annotations', `${SAMPLES}/233`, '-a', 'atr', ...args])).out;

describe('ecgpu annotations', () => {
  it("prints rdann's columns", async () => {
    const { out } = await ecgpu(['rdann', `${SAMPLES}/100`, '-a', 'atr', '-t', '1']);
    expect(out).toBe('    0:00.050       18     +    0    0    0\t(N\n    0:00.214       77     N    0    0    0\n');
  });

  it('prints a part, and some kinds only', async () => {
    const lines = (await output('-f', '1:00', '-t', '2:00', '-p', 'V', 'F')).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).toMatch(/^ {4}1:\d\d\.\d{3} +\d+ {5}[VF] +0 +0 +0(\t.*)?$/);
    expect(await output('-p', 'zz')).toBe('');
    expect(await output('-n', '1')).toBe('');
    const { out } = await ecgpu(['annotations', `${SAMPLES}/100`, '-a', 'atr', '-s', '1', '-c', '0', '-x', '-v']);
    expect(out).toBe(
      '  Seconds   Minutes     Hours  Type  Sub Chan  Num\tAux\n 1518.867  25.31444 0.4219074     V    1    0    0\n',
    );
  });

  it('prints one JSON document', async () => {
    const { annotations, ...rest } = await ecgpuJson<{ annotations: { sample: number; symbol: string }[] }>(
      ...['annotations', `${SAMPLES}/100`, '-a', 'atr'],
    );
    expect(rest).toEqual({ record: '100', annotator: 'atr', fs: 360, diagnostics: [] });
    expect(annotations).toHaveLength(2274);
    expect(annotations[1]).toMatchObject({ sample: 77, symbol: 'N', time: 77 / 360, aux: '' });
  });

  it('reads a file without a header by the clock that it notes, or else at 250 Hz as rdann does', async () => {
    const beat = { sample: 720, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' };
    await mkdir(at(), { recursive: true });
    await writeFile(at('lone.own'), encodeAnnotations([beat], { fs: 360 }));
    await writeFile(at('lone.old'), encodeAnnotations([beat]));
    const own = await ecgpu(['annotations', at('lone'), '-a', 'own']);
    expect(own.out).toBe('    0:02.000      720     N    0    0    0\n');
    expect(own.err).toContain('lone has no header: times are at 360 samples per second, which lone.own notes');
    const old = await ecgpu(['annotations', at('lone'), '-a', 'old']);
    expect(old.out).toBe('    0:02.880      720     N    0    0    0\n');
    expect(old.err).toContain('250 samples per second, as WFDB does');
  });

  it('refuses what there is not', async () => {
    expect(await refusal(1, 'annotations', `${SAMPLES}/100`, '-a', 'qrs')).toContain('"100.qrs"');
    expect(await refusal(2, 'annotations', `${SAMPLES}/100`, '-a', '../atr')).toContain('is not an annotator');
    expect(await refusal(2, 'annotations', `${SAMPLES}/100`, '-a', 'atr', '-s', 'x')).toContain('whole number');
    expect(await refusal(2, 'annotations', `${SAMPLES}/100`, '-a', 'atr', '-e', '-x')).toContain('cannot be used with');
    expect(await refusal(2, 'annotations', `${SAMPLES}/100`, '-a', 'atr', '-v', '--json')).toContain('cannot be used');
    expect(await refusal(2, 'annotations', `${SAMPLES}/100`)).toContain("'-a, --annotator <name>' not specified");
    expect(await refusal(1, 'annotations', `${SAMPLES}/100`, '-a', 'atr', '-f', '40:00')).toContain('nothing between');
  });
});
