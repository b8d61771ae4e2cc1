import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeEdf, type TestEdfSignal, text } from '../../test/independent-wfdb-writer.js';
import { memorySource } from '../wfdb/source.js';
import { openEdf, type ReadEdfOptions, readEdf } from './edf.js';
import { annotationsFromEdf } from './edf-annotations.js';

const source = (bytes: Uint8Array) => memorySource({ 'a/x.edf': bytes });
const read = (bytes: Uint8Array, options?: ReadEdfOptions) => readEdf(source(bytes), 'a/x.edf', options);
const ecg: TestEdfSignal = {
  label: 'ECG I',
  records: [
    [0, 10],
    [-32768, 32767],
    [5, 6],
  ],
  samplesPerRecord: 2,
};
const resp: TestEdfSignal = { label: 'Resp', units: '%', records: [[1], [2], [3]], samplesPerRecord: 1 };
const tals = (...records: string[]): TestEdfSignal => ({ label: 'EDF Annotations', records, samplesPerRecord: 30 });

describe('EDF', () => {
  it('reads samples in mV, any range of any file', async () => {
    const shape = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      perRecord: fc.integer({ min: 1, max: 5 }),
      records: fc.integer({ min: 1, max: 6 }),
      seed: fc.infiniteStream(fc.integer({ min: -32768, max: 32767 })),
      cut: fc.tuple(fc.nat(30), fc.nat(30)),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ count, perRecord, records, seed, cut }) => {
        const values = Array.from({ length: count }, () => [...seed.take(perRecord * records)]);
        const signals = values.map((list, i) => ({
          label: `L${i}`,
          units: 'uV',
          samplesPerRecord: perRecord,
          records: Array.from({ length: records }, (_, r) => list.slice(r * perRecord, (r + 1) * perRecord)),
        }));
        const length = perRecord * records;
        const [from, to] = cut.map((at) => at % (length + 1)).sort((a, b) => a - b) as [number, number];
        const record = await read(makeEdf(signals, 0.5), { strict: true, from, to });
        expect([record.name, record.fs, record.length]).toEqual(['x', perRecord * 2, to - from]);
        for (const [i, { name, units, samples }] of record.leads.entries()) {
          expect([name, units]).toEqual([`L${i}`, 'mV']);
          const wanted = values[i]!.slice(from, to).map((digital) => digital * 1e-4);
          for (const [k, value] of samples.entries()) expect(value).toBeCloseTo(wanted[k]!, 9);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('scales by the physical and digital ranges', async () => {
    const signal = {
      ...ecg,
      physical: [10, -10],
      digital: [0, 100],
      units: 'mV',
      records: [
        [0, 25],
        [100, 50],
      ],
    } as const;
    expect([...(await read(makeEdf([signal], 1))).leads[0]!.samples]).toEqual([10, 5, -10, 0]);
  });

  it('takes the fastest voltages and says what it left out', async () => {
    const record = await read(makeEdf([resp, ecg], 1));
    expect(record.leads.map(({ name }) => name)).toEqual(['ECG I']);
    expect(record.diagnostics).toMatchObject([{ code: 'EDF_LEFT_OUT', severity: 'warning' }]);
    expect((await read(makeEdf([resp, ecg], 1), { leads: ['resp'] })).fs).toBe(1);
  });

  it('reads EDF+ annotations and the times of data records', async () => {
    const annotations = tals(
      '+0\x14\x14\0+0.5\x15\x32.5\x14start\x14twice\x14\0',
      '+1\x14\x14\0',
      '+2\x14\x14\0-0.5\x14early\x14\0',
    );
    const file = await openEdf(source(makeEdf([ecg, annotations], 1, 'EDF+C')), 'a/x.edf', { strict: true });
    const found = await file.annotations();
    expect(found).toEqual([
      { onset: 0.5, duration: 2.5, text: 'start' },
      { onset: 0.5, duration: 2.5, text: 'twice' },
      { onset: -0.5, duration: undefined, text: 'early' },
    ]);
    expect(annotationsFromEdf(found, 100).map(({ sample, aux }) => [sample, aux])).toEqual([
      [50, 'start'],
      [50, 'twice'],
    ]);
    expect((await file.read()).leads.map(({ name }) => name)).toEqual(['ECG I']);
  });

  it('puts NaN where EDF+D has gaps, in any range', async () => {
    const bytes = makeEdf([ecg, tals('+5\x14\x14\0', '+7.5\x14\x14\0', '+8.5\x14\x14\0')], 1, 'EDF+D');
    const nan = Number.NaN;
    const whole = [0, 1e-3, nan, nan, nan, -3.2768, 3.2767, 5e-4, 6e-4];
    const close = (samples: Float64Array): number[] => [...samples].map((value) => Math.round(value * 1e7) / 1e7);
    expect(close((await read(bytes)).leads[0]!.samples)).toEqual(whole);
    expect(close((await read(bytes, { from: 3, to: 6 })).leads[0]!.samples)).toEqual(whole.slice(3, 6));
  });

  it.each([
    ['EDF_TRUNCATED', makeEdf([ecg], 1).subarray(0, -1), 4],
    ['EDF_TRUNCATED', makeEdf([ecg], 1, '', 1e6), 6],
    ['EDF_TRAILING', Uint8Array.from([...makeEdf([ecg], 1), 0]), 6],
    ['EDF_COMMA', makeEdf([ecg], '0,5'), 6],
    ['EDF_TAL', makeEdf([ecg, tals('+0\x14\x14\0nonsense\0', '', '')], 1, 'EDF+C'), 6],
  ])('%s is reported and read past, or refused where strict', async (code, bytes, length) => {
    const file = await openEdf(source(bytes), 'a/x.edf');
    await file.annotations();
    const record = await file.read();
    expect(record.length).toBe(length);
    expect(record.diagnostics.map((finding) => finding.code)).toEqual([code]);
    const strict = async (): Promise<unknown> =>
      (await openEdf(source(bytes), 'a/x.edf', { strict: true })).annotations();
    await expect(strict()).rejects.toMatchObject({ code, byteOffset: expect.any(Number) });
  });

  it('takes the number of data records from the file where the header does not know it', async () => {
    expect((await read(makeEdf([ecg], 1, '', -1), { strict: true })).length).toBe(6);
  });

  const patched = (at: number, value: string): Uint8Array => {
    const bytes = makeEdf([ecg], 1);
    bytes.set(text(value), at);
    return bytes;
  };
  it.each([
    ['EDF_SYNTAX', new Uint8Array(0)],
    ['EDF_SYNTAX', makeEdf([ecg], 1).subarray(0, 300)],
    ['EDF_SYNTAX', patched(0, '1')],
    ['UNSUPPORTED_FORMAT', Uint8Array.from([0xff, ...patched(0, '0').subarray(1)])],
    ['EDF_NUMBER', patched(252, 'x   ')],
    ['EDF_LIMIT', patched(252, '9999')],
    ['EDF_LIMIT', patched(252, '-1  ')],
    ['EDF_NUMBER', patched(236, '1e999   ')],
    ['EDF_NUMBER', patched(244, 'nan     ')],
    ['EDF_SYNTAX', patched(244, '-1      ')],
    ['EDF_LIMIT', patched(256 + 216, '99999999')],
    ['EDF_LIMIT', patched(256 + 216, '0       ')],
    ['EDF_SCALE', patched(256 + 112, '-3276.8 ')],
    ['EDF_SCALE', patched(256 + 128, '-32768  ')],
    ['LEAD_NOT_FOUND', patched(244, '0       ')],
    ['EDF_ORDER', makeEdf([ecg, tals('+5\x14\x14\0', '+4\x14\x14\0', '+6\x14\x14\0')], 1, 'EDF+D')],
    ['EDF_ORDER', makeEdf([ecg, tals('+5\x14\x14\0', '', '+6\x14\x14\0')], 1, 'EDF+D')],
    ['BUDGET', makeEdf([ecg, tals('+0\x14\x14\0', '+1\x14\x14\0', '+999999999999\x14\x14\0')], 1, 'EDF+D')],
  ])('refuses a broken file: %s', async (code, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ name: 'EcgError', code });
  });

  it('refuses leads that are not there, that differ in rate, and ranges beyond the end', async () => {
    const bytes = makeEdf([ecg, resp], 1);
    await expect(read(bytes, { leads: ['ECG II'] })).rejects.toMatchObject({ code: 'LEAD_NOT_FOUND' });
    await expect(read(bytes, { leads: ['ECG I', 'Resp'] })).rejects.toMatchObject({ code: 'EDF_RATES' });
    await expect(read(bytes, { leads: [] })).rejects.toMatchObject({ code: 'EDF_RATES' });
    await expect(read(bytes, { to: 7 })).rejects.toMatchObject({ code: 'RANGE' });
    await expect(read(makeEdf([ecg, ecg], 1), { leads: ['ECG I'] })).rejects.toMatchObject({ code: 'LEAD_AMBIGUOUS' });
  });
});
