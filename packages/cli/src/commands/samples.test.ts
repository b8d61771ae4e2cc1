import { describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { constantRecord, SAMPLES } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();
const record = `${SAMPLES}/100`;
const output = async (...args: string[]) => (await ecgpu(['samples', record, ...args])).out;

describe('ecgpu samples', () => {
  it("prints rdsamp's columns", async () => {
    expect(await output('-t', 's2')).toBe('              0\t    995\t   1011\n              1\t    995\t   1011\n');
    expect(await output('-t', 's1', '-p')).toBe('          0.000\t -0.145\t -0.065\n');
    expect(await output('-t', 's1', '-P', '--times', 'elapsed')).toBe(
      '       0:00.000\t    -0.14500000\t    -0.06500000\n',
    );
    expect(await output('-t', 's1', '-c', '-v')).toBe("'sample #','MLII','V5'\n0,995,1011\n");
    const { out } = await ecgpu(['rdsamp', record, '-f', 's370', '-t', 's371', '-s', 'V5,0']);
    expect(out).toMatch(/^ {12}370\t +\d+\t +\d+\n$/);
    const [first, second] = (await output('-f', 's370', '-t', 's371')).trim().split(/\s+/).slice(1);
    expect(out.trim().split(/\s+/)).toEqual(['370', second, first]);
  });

  it('prints all samples, whatever the size of the pieces they are read in', async () => {
    const lines = (await output('-s', 'MLII', '-f', '3:00', '-t', '6:30')).trimEnd().split('\n');
    expect(lines.map((line) => Number(line.slice(0, 15)))).toEqual(
      Array.from({ length: 75_600 }, (_, i) => 64_800 + i),
    );
  });

  it('prints CSV with one row of names, and the times of the record', async () => {
    const rows = (await output('--csv', '-f', '5:00', '-t', '8:30')).trimEnd().split('\n');
    expect(rows[0]).toBe('time (s),MLII (mV),V5 (mV)');
    expect(rows).toHaveLength(1 + 75_600);
    expect(rows[1]).toBe('300,-0.32,-0.215');
    expect(rows.slice(1).every((row) => /^[\d.]+,-?[\d.]+,-?[\d.]+$/.test(row))).toBe(true);
  });

  it('prints one JSON document', async () => {
    const read = await ecgpuJson('samples', record, '-t', 's3', '-s', 'mlii');
    expect(read).toEqual({
      record: '100',
      fs: 360,
      from: 0,
      to: 3,
      units: 'digital',
      leads: [{ name: 'MLII', units: 'adu', samples: [995, 995, 995] }],
      diagnostics: [],
    });
  });

  it('shows missing samples as missing', async () => {
    const path = await constantRecord(at(), 'missing', Number.NaN);
    const run = async (...args: string[]) => (await ecgpu(['samples', path, '-t', 's1', ...args])).out;
    expect(await run()).toBe('              0\t -32768\n');
    expect(await run('-p')).toBe('          0.000\t      -\n');
    expect(await run('--csv')).toBe('time (s),MLII (mV)\n0,\n');
    expect(JSON.parse(await run('--json')).leads[0].samples).toEqual([null]);
  });

  it('refuses what there is not', async () => {
    expect(await refusal(1, 'samples', record, '-s', 'V9')).toContain('It has: MLII, V5.');
    expect(await refusal(1, 'samples', record, '-s', '2')).toContain('has no lead 2');
    expect(await refusal(1, 'samples', record, '-f', '31:00')).toContain('choose --from and --to within them');
    expect(await refusal(2, 'samples', record, '-f', 'noon')).toContain('A time is h:m:s');
    expect(await refusal(2, 'samples', record, '--csv', '--json')).toContain('cannot be used with');
    expect(await refusal(2, 'samples', record, '--csv', '-c')).toContain('cannot be used with');
    expect(await refusal(2, 'samples', record, '--times', 'years')).toContain('Allowed choices are samples, seconds');
  });
});
