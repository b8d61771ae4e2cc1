import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { decodeAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { decodeNpy } from '@ecgpu/ecg-dsp/formats';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeEdf } from '../../../ecg-dsp/test/independent-wfdb-writer.js';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { constantRecord, excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();
let record: string;
beforeAll(async () => {
  record = await excerpt(at('in'), '100', 5);
});

async function read(path: string) {
  const { source, name } = openRecordPath(path);
  return readRecord(source, name);
}

/** An EDF file of one signal of 16-bit numbers, one a microvolt, written field by field. */
function edfFile(samples: readonly number[]): Buffer {
  const field = (text: string, width: number) => text.padEnd(width);
  const main = [
    ...[field('0', 8), field('X', 80), field('X', 80), field('01.01.20', 8), field('00.00.00', 8)],
    ...[field('512', 8), field('', 44), field('1', 8), field('1', 8), field('1', 4)],
  ];
  const signal = [
    ...[field('ECG I', 16), field('', 80), field('uV', 8), field('-32768', 8), field('32767', 8)],
    ...[field('-32768', 8), field('32767', 8), field('', 80), field(`${samples.length}`, 8), field('', 32)],
  ];
  return Buffer.concat([Buffer.from([...main, ...signal].join('')), Buffer.from(Int16Array.from(samples).buffer)]);
}

describe('ecgpu convert', () => {
  it('keeps every number on the way from WFDB through CSV and back', async () => {
    const csv = at('out', '100.csv');
    const first = await ecgpuJson<{ files: string[] }>('convert', record, csv);
    expect(first).toMatchObject({ files: [csv], fs: 360, length: 1800, diagnostics: [] });
    expect((await ecgpu(['convert', csv, at('out', 'back.hea')])).out).toBe(
      `${at('out', 'back.hea')}, ${at('out', 'back.dat')}: 1800 samples of MLII, V5 at 360 Hz\n`,
    );
    const [before, after] = [await read(record), await read(at('out', 'back'))];
    expect(after.leads).toEqual(before.leads);
    expect(after.fs).toBe(before.fs);
  });

  it('writes another signal format with the scale that the record has', async () => {
    expect((await ecgpu(['convert', record, at('wfdb', '24'), '--format', '24'])).exit).toBe(0);
    expect((await read(at('wfdb', '24'))).leads).toEqual((await read(record)).leads);
    expect(await readFile(at('wfdb', '24.hea'), 'utf8')).toMatch(/^24\.dat 24 1000(\(0\))?\/mV /m);
  });

  it('takes a part of a record, with the time of day at which it begins', async () => {
    const header = await readFile(`${record}.hea`, 'utf8');
    const dated = header.replace(/^(.*)\n/, '$1 23:59:58 31/12/1999\n').replace(/^100 /, 'day ');
    await writeFile(at('in', 'day.hea'), dated);
    const { out } = await ecgpu(['convert', at('in', 'day'), at('part', 'p'), '-f', '3', '-t', '4.5', '-s', 'v5']);
    expect(out).toContain('540 samples of V5 at 360 Hz');
    const whole = await read(record);
    const part = await read(at('part', 'p'));
    expect([...part.leads[0]!.samples]).toEqual([...whole.leads[1]!.samples.subarray(1080, 1620)]);
    expect(await readFile(at('part', 'p.hea'), 'utf8')).toMatch(/^p 1 360 540 00:00:01\.000 01\/01\/2000\n/);
    expect(await refusal(2, 'convert', at('out', '100.csv'), at('x'), '-f', '1')).toContain('for WFDB records');
  });

  it('writes and reads NumPy arrays', async () => {
    const npy = at('out', '100.npy');
    await ecgpu(['convert', record, npy]);
    expect(decodeNpy(await readFile(npy)).shape).toEqual([1800, 2]);
    expect(await refusal(2, 'convert', npy, at('npy', 'r'))).toContain('--fs 360');
    expect((await ecgpu(['convert', npy, at('npy', 'r'), '--fs', '360', '--leads', 'MLII,V5'])).exit).toBe(0);
    expect((await read(at('npy', 'r'))).leads).toEqual((await read(record)).leads);
  });

  it('reads EDF', async () => {
    await writeFile(at('in.edf'), edfFile([0, 1000, -500, 250]));
    expect((await ecgpu(['convert', at('in.edf'), at('edf', 'r')])).exit).toBe(0);
    const { fs, leads } = await read(at('edf', 'r'));
    expect(fs).toBe(4);
    expect(leads).toMatchObject([{ name: 'ECG I', units: 'mV' }]);
    expect([...leads[0]!.samples]).toEqual([0, 1, -0.5, 0.25]);
  });

  it('writes the annotations of EDF+ beside the record, and never over the EDF file', async () => {
    const lists = { label: 'EDF Annotations', units: '', digital: [-32768, 32767] as const, samplesPerRecord: 30 };
    const ecg = { label: 'ECG I', records: [[1, 2, 3, 4]], samplesPerRecord: 4 };
    const bytes = makeEdf(
      [ecg, { ...lists, records: ['+0\x14\x14\0+0.5\x14start\x14\0-1\x14early\x14\0'], physical: [-1, 1] }],
      1,
      'EDF+C',
    );
    await writeFile(at('night.edf'), bytes);
    const { files, diagnostics } = await ecgpuJson<{ files: string[]; diagnostics: { code: string }[] }>(
      ...['convert', at('night.edf'), at('night')],
    );
    expect(diagnostics).toMatchObject([
      { code: 'EDF_ANN_LEFT_OUT', message: expect.stringContaining('1 annotations before') },
    ]);
    expect(files).toEqual(['night.hea', 'night.dat', 'night.tal'].map((name) => at(name)));
    expect(await readFile(at('night.edf'))).toEqual(Buffer.from(bytes));
    const { out } = await ecgpu(['annotations', at('night'), '-a', 'tal']);
    expect(out).toBe('    0:00.500        2     "    0    0    0\tstart\n');
  });

  it('cuts texts of EDF+ that are longer than an annotation holds, between two characters, and says so', async () => {
    const long = '\u00e9'.repeat(128);
    const texts = { label: 'EDF Annotations', units: '', digital: [-32768, 32767] as const, samplesPerRecord: 150 };
    const ecg = { label: 'ECG I', records: [[1, 2, 3, 4]], samplesPerRecord: 4 };
    const list = `+0\x14\x14\0+0.5\x14${long}\x14\0`;
    const bytes = makeEdf([ecg, { ...texts, records: [list], physical: [-1, 1] }], 1, 'EDF+C');
    await writeFile(at('long.edf'), bytes);
    const run = ['convert', at('long.edf'), at('long')];
    const { diagnostics } = await ecgpuJson<{ diagnostics: { code: string }[] }>(...run);
    expect(diagnostics).toMatchObject([{ code: 'ANN_TEXT_CUT', message: expect.stringContaining('1 annotations') }]);
    const { annotations } = decodeAnnotations(await readFile(at('long.tal')));
    expect(annotations.map(({ aux }) => aux)).toEqual([long.slice(0, 127)]);
    expect((await ecgpuJson<{ diagnostics: object[] }>('convert', at('long.edf'), at('long.csv'))).diagnostics).toEqual(
      [],
    );
  });

  it('keeps missing samples missing', async () => {
    const path = await constantRecord(at('in'), 'gap', Number.NaN);
    await ecgpu(['convert', path, at('gap.csv')]);
    await ecgpu(['convert', at('gap.csv'), at('gap', 'r')]);
    expect((await read(at('gap', 'r'))).leads[0]!.samples.every(Number.isNaN)).toBe(true);
  });

  it('writes all files or none', async () => {
    await writeFile(at('in', 'taken.dat'), 'mine');
    expect(await refusal(1, 'convert', record, at('in', 'taken'))).toContain('is there already');
    expect(await readFile(at('in', 'taken.dat'), 'utf8')).toBe('mine');
    expect(await filesIn(at('in'))).not.toContain('taken.hea');
    await writeFile(at('bad.csv'), 'time (s),MLII (mV)\n0,1\n0.1,one\n');
    expect(await refusal(1, 'convert', at('bad.csv'), at('bad', 'r'))).toContain('line 3');
    expect(await filesIn(at('bad'))).toEqual([]);
  });

  it('refuses what cannot be', async () => {
    expect(await refusal(2, 'convert', record, at('x.edf'))).toContain('EDF is read, not written');
    expect(await refusal(2, 'convert', record, at('x.tsv'))).toContain('with commas between');
    expect(await refusal(2, 'convert', record, at('x.csv'), '--format', '16')).toContain('are for WFDB records');
    expect(await refusal(2, 'convert', record, at('x'), '--fs', '100')).toContain('are for .csv and .npy');
    expect(await refusal(1, 'convert', record, at('x'), '--format', '17')).toContain('17');
    const folder = await refusal(2, 'convert', record, at('in'));
    expect(folder).toContain(`in is a folder\n  Name what to write into it: ${at('in', basename(record))}.`);
    expect(await refusal(2, 'convert', record, `${at('new')}/`)).toContain('is a folder');
    expect(await refusal(1, 'convert', at('none.csv'), at('x'))).toContain('"none.csv"');
  });
});
