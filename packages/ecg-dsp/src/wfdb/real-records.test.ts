import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { folderSource, openRecordPath } from '../node/folder-source.js';
import { isBeatSymbol } from './annotation-codes.js';
import { decodeAnnotations } from './annotation-file.js';
import { encodeAnnotations } from './encode-annotations.js';
import { readAnnotations, readRecord } from './read.js';

const recordsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.hea'))
    .map((file) => file.slice(0, -4));

describe('records of public databases', () => {
  it('reads all of MIT-BIH in strict mode: lengths, first values and checksums are as the headers declare', async (context) => {
    const folder = dataFolder(context, 'mitdb');
    const records = recordsIn(folder);
    expect(records).toHaveLength(48);
    for (const name of records) {
      const record = await readRecord(folderSource(folder), name, { strict: true });
      expect(record.diagnostics, name).toEqual([]);
      expect(record.leads.map(({ samples }) => samples.length)).toEqual([650000, 650000]);
      expect(record.fs).toBe(360);
    }
  });

  it('finds a lead by its name, wherever it is', async (context) => {
    const folder = dataFolder(context, 'mitdb');
    const all = await readRecord(folderSource(folder), '114');
    const one = await readRecord(folderSource(folder), '114.hea', { leads: ['MLII'], from: 1000, to: 1010 });
    expect(all.leads.map(({ name }) => name)).toEqual(['V5', 'MLII']);
    expect(one.leads[0]!.samples).toEqual(all.leads[1]!.samples.slice(1000, 1010));
  });

  it('reads all MIT-BIH annotations: 109,494 beats, and writes the same bytes', async (context) => {
    const folder = dataFolder(context, 'mitdb');
    let beats = 0;
    for (const name of recordsIn(folder)) {
      const { annotations } = await readAnnotations(folderSource(folder), name, 'atr', { strict: true });
      beats += annotations.filter(({ symbol }) => isBeatSymbol(symbol)).length;
      const bytes = readFileSync(join(folder, `${name}.atr`));
      const kept = decodeAnnotations(bytes, { keepNul: true }).annotations;
      expect(Buffer.from(encodeAnnotations(kept)).equals(bytes), name).toBe(true);
    }
    expect(beats).toBe(109_494);
  });

  it('gives the values that record 100 is known to begin with', async (context) => {
    const { source, name } = openRecordPath(join(dataFolder(context, 'mitdb'), '100.hea'));
    const record = await readRecord(source, name, { to: 2, units: 'digital' });
    expect(record.leads.map(({ samples }) => samples[0])).toEqual([995, 1011]);
    const physical = await readRecord(source, name, { leads: ['MLII'], to: 1 });
    expect(physical.leads[0]!.samples[0]).toBe((995 - 1024) / 200);
    const { annotations } = await readAnnotations(source, name, 'atr');
    expect(annotations.slice(0, 2)).toEqual([
      { sample: 18, symbol: '+', subtype: 0, channel: 0, number: 0, aux: '(N' },
      { sample: 77, symbol: 'N', subtype: 0, channel: 0, number: 0, aux: '' },
    ]);
  });

  it('reads .mat files of the 2018 challenge as format 16 behind 24 bytes, with right checksums', async (context) => {
    const folder = join(dataFolder(context, 'cpsc2018'), 'wfdb');
    for (const name of recordsIn(folder)) {
      const record = await readRecord(folderSource(folder), name);
      expect(record.diagnostics.map(({ code }) => code)).toEqual(['HDR_DATE_FORMAT', 'HDR_DATE_ORDER']);
      expect(record.leads).toHaveLength(12);
    }
  });

  it('reads PTB-XL and the noise records with right checksums', async (context) => {
    for (const folder of [
      join(dataFolder(context, 'ptbxl'), 'records100'),
      join(dataFolder(context, 'ptbxl'), 'records500'),
      dataFolder(context, 'nstdb'),
    ]) {
      for (const name of recordsIn(folder)) {
        const { diagnostics } = await readRecord(folderSource(folder), name);
        const odd = diagnostics.map(({ code }) => code).filter((code) => code !== 'HDR_GAIN_ZERO');
        // 90076 is a copy whose header still has its old name.
        expect(odd, name).toEqual(name === '90076' ? ['HDR_NAME_MISMATCH'] : []);
      }
    }
  });
});
