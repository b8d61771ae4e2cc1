import { readFile, writeFile } from 'node:fs/promises';
import { openRecord, readRecord } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { noiseAmplitude } from '@ecgpu/ecg-dsp/noise';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt, writeToFolder } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';

interface NoiseDocument {
  readonly record: string;
  readonly leads: readonly { readonly qrsAmplitude: number; readonly noiseAmplitude: number; readonly gain: number }[];
}

const at = temporaryFolder();
let record: string;
beforeAll(async () => {
  record = await excerpt(at('mitdb'), '100', 60);
  const samples = Float64Array.from({ length: 60 * 250 }, (_, i) => 0.3 * Math.sin(i * i * 0.37) + Math.sin(i / 90));
  const leads = [{ name: 'noise1', units: 'mV', samples }];
  await writeToFolder(at('nstdb'), {
    name: 'em',
    fs: 250,
    length: samples.length,
    leads,
    comments: [],
    diagnostics: [],
  });
});

async function read(path: string) {
  const { source, name } = openRecordPath(path);
  return readRecord(source, name);
}

describe('ecgpu noise', () => {
  it.each([
    ['6', '100em6'],
    ['-6', '100em_6'],
    ['0.5', '100em0p5'],
  ])('adds noise at %s dB', async (snr, name) => {
    const result = await ecgpuJson<NoiseDocument>(
      ...['noise', record, '--noise', 'em', '--snr', snr, '--start', '30', '--out', at('noisy')],
    );
    expect(result.record).toBe(name);
    expect(await filesIn(at('noisy'))).toEqual(expect.arrayContaining([`${name}.atr`, `${name}.dat`, `${name}.hea`]));
    expect(await readFile(at('noisy', `${name}.atr`))).toEqual(await readFile(`${record}.atr`));
    for (const { qrsAmplitude: qrs, noiseAmplitude: noise, gain } of result.leads) {
      expect(10 * Math.log10(qrs ** 2 / 8 / (gain * noise) ** 2)).toBeCloseTo(Number(snr), 9);
    }
    const [clean, noisy] = [await read(record), await read(at('noisy', name))];
    const added = noisy.leads[0]!.samples.map((value, i) => value - clean.leads[0]!.samples[i]!);
    expect(added.subarray(0, 30 * 360).every((value) => Math.abs(value) < 1e-9)).toBe(true);
    // Measured anew in the file, the noise is as strong as was said, to a quarter of a decibel.
    const strength = noiseAmplitude(added.subarray(30 * 360), 360);
    const { gain, noiseAmplitude: told } = result.leads[0]!;
    expect(Math.abs(20 * Math.log10(strength / (gain * told)))).toBeLessThan(0.25);
  });

  it('begins at the time of day that the record begins at', async () => {
    const dated = await excerpt(at('dated'), '100', 10);
    const header = await readFile(`${dated}.hea`, 'utf8');
    await writeFile(`${dated}.hea`, header.replace(/^(100 .*)$/m, '$1 23:59:01.5 31/12/1999'));
    await ecgpuJson(
      ...['noise', dated, '--noise', at('nstdb', 'em'), '--snr', '6', '--start', '5', '--out', at('later')],
    );
    const { source, name } = openRecordPath(at('later', '100em6'));
    expect((await openRecord(source, name)).header).toMatchObject({ baseTime: '23:59:01.5', baseDate: '31/12/1999' });
  });

  it('refuses what cannot be, and writes nothing then', async () => {
    const noise = (...more: string[]) => ['noise', record, '--out', at('none'), ...more];
    expect(await refusal(1, ...noise('--noise', 'zz', '--snr', '6'))).toContain('"zz.hea"');
    expect(await refusal(1, ...noise('--noise', 'em', '--snr', '6', '-a', 'qrs'))).toContain('"100.qrs"');
    expect(await refusal(2, ...noise('--noise', 'em', '--snr', 'loud'))).toContain('dB from -100 to 100');
    expect(await refusal(2, ...noise('--noise', 'em'))).toContain("'--snr <dB>' not specified");
    expect(await filesIn(at('none'))).toEqual([]);
  });
});
