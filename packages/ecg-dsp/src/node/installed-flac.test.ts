import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { describe, expect, it } from 'vitest';
import { checksumOf, makeFlac, text } from '../../test/independent-wfdb-writer.js';
import { openRecord } from '../wfdb/open.js';
import { memorySource } from '../wfdb/source.js';
import { installedFlac } from './installed-flac.js';

const samples = [5, -3, 7, 32767];
const source = memorySource({
  'f.hea': text(`f 1 100 4\nf.dat 516 1/mV 16 0 5 ${checksumOf(samples)} 0 L\n`),
  'f.dat': makeFlac([samples], 16),
});

describe('installedFlac', () => {
  it('loads the package when samples are read, and not before', async () => {
    let loaded = 0;
    const flac = installedFlac(async () => {
      loaded++;
      return { FLACDecoder };
    });
    const record = await openRecord(source, 'f', { strict: true, flac });
    expect([record.length, loaded]).toEqual([4, 0]);
    expect([...(await record.read()).leads[0]!.samples]).toEqual(samples);
    expect(loaded).toBe(1);
  });

  it('says what to install where it is not there', async () => {
    const flac = installedFlac(() => Promise.reject(new Error('ERR_MODULE_NOT_FOUND')));
    const record = await openRecord({ ...source, flac }, 'f');
    await expect(record.read()).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      fix: 'Install it: npm install @wasm-audio-decoders/flac',
    });
  });
});
