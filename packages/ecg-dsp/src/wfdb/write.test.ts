import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EcgRecord } from '../record.js';
import { readRecord } from './read.js';
import { rawFormats } from './signal-formats.js';
import { memorySource } from './source.js';
import { type WriteRecordOptions, writeRecord } from './write.js';

function record(leads: readonly (readonly number[])[], fs = 360): EcgRecord {
  return {
    name: 'w1',
    fs,
    length: leads[0]?.length ?? 0,
    leads: leads.map((samples, i) => ({ name: `lead ${i}`, units: 'mV', samples: Float64Array.from(samples) })),
    comments: ['made for a test'],
    diagnostics: [],
  };
}

const back = (value: EcgRecord, options?: WriteRecordOptions): Promise<EcgRecord> =>
  readRecord(
    memorySource(Object.fromEntries(writeRecord(value, options).map(({ name, bytes }) => [name, bytes]))),
    'w1',
    {
      strict: true,
    },
  );

describe('writing records', () => {
  it.each([...rawFormats.values()])(
    'format $code: what is written is read back, exact to half an ADC unit',
    async (format) => {
      const highest = format.code === 8 ? 60 : 2 ** (format.bits - 1) - 1;
      const shape = fc.record({
        leads: fc.integer({ min: 1, max: 5 }),
        length: fc.nat(20),
        seed: fc.infiniteStream(fc.integer({ min: -highest, max: highest })),
      });
      await fc.assert(
        fc.asyncProperty(shape, async ({ leads, length, seed }) => {
          const value = record(
            Array.from({ length: leads }, () => [...seed.take(length)].map((digital) => digital / 8)),
          );
          const options = { format: format.code, gain: 8 };
          expect((await back(value, options)).leads).toEqual(value.leads);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('keeps missing samples, rate, comments, and gains of each lead', async () => {
    const value = record(
      [
        [0.001, Number.NaN, -3],
        [1, 2, 3],
      ],
      62.4725,
    );
    const again = await back(value, {
      gain: [1000, 10],
      baseline: [512, -7],
      baseTime: '12:00:00',
      baseDate: '01/02/2003',
    });
    expect({ ...again, diagnostics: [] }).toEqual(value);
  });

  it('writes a record of no leads and one of no samples', async () => {
    expect((await back(record([]))).leads).toEqual([]);
    expect((await back(record([[], []]))).length).toBe(0);
  });

  it.each([
    ['SIG_RANGE', record([[40]]), {}],
    ['SIG_RANGE', record([[Number.POSITIVE_INFINITY]]), {}],
    ['SIG_RANGE', record([[1]]), { gain: 0 }],
    ['SIG_RANGE', record([[1]]), { gain: Number.NaN }],
    ['SIG_RANGE', record([[1]]), { baseline: 0.5 }],
    ['SIG_RANGE', record([[0, 1]]), { format: 8 }],
    ['SIG_MISSING', record([[0, Number.NaN]]), { format: 8 }],
    ['SIG_LENGTH', { ...record([[1, 2]]), length: 3 }, {}],
    ['SIG_FMT_UNKNOWN', record([[1]]), { format: 508 }],
    ['HDR_SYNTAX', record([[1]]), { name: '../x' }],
    ['HDR_SYNTAX', { ...record([[1]]), comments: ['a\nb 1 2 3'] }, {}],
  ])('%s: writes nothing that would not read back the same', (code, value, options) => {
    expect(() => writeRecord(value, options)).toThrow(expect.objectContaining({ code }));
  });
});
