import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from '../../test/independent-wfdb-writer.js';
import type { EcgRecord } from '../record.js';
import { formatCsv, type ParseCsvOptions, parseCsv } from './csv.js';

const parse = (lines: string, options?: ParseCsvOptions): EcgRecord => parseCsv(text(lines), options);
const columns = ({ leads }: EcgRecord): unknown[] => leads.map(({ name, units, samples }) => [name, units, ...samples]);

describe('CSV', () => {
  it('writes and reads any record back, every digit', () => {
    const sample = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(Number.NaN));
    const record = fc.record({
      fs: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0.5, max: 2000, noNaN: true })),
      names: fc.uniqueArray(fc.stringMatching(/^[A-Za-z=+@-][ -~]{0,10}[A-Za-z]$/), { minLength: 1, maxLength: 4 }),
      length: fc.integer({ min: 3, max: 20 }),
      seed: fc.infiniteStream(sample),
    });
    fc.assert(
      fc.property(record, ({ fs, names, length, seed }) => {
        const leads = names.map((name) => ({ name, units: 'mV', samples: Float64Array.from([...seed.take(length)]) }));
        const back = parse(formatCsv({ name: 'r', fs, length, leads, comments: [], diagnostics: [] }));
        expect(back.fs).toBeCloseTo(fs, 6);
        expect(columns(back)).toEqual(
          leads.map(({ name, samples }) => [name, 'mV', ...[...samples].map((v) => v + 0)]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('never writes a cell that a spreadsheet takes for a formula', () => {
    const lead = { name: '=cmd|" /C calc"!A0', units: 'mV', samples: Float64Array.of(-1) };
    const lines = formatCsv({ name: 'r', fs: 1, length: 1, leads: [lead], comments: [], diagnostics: [] });
    expect(lines).toBe('time (s),"\'=cmd|"" /C calc""!A0 (mV)"\n0,-1\n');
  });

  it('refuses text in the first row of samples instead of taking the row for units', () => {
    const rows = 'time (s),II,V1\n0,oops,2\n0.01,3,4\n0.02,5,6\n';
    expect(() => parse(rows.replace(' (s)', ''))).toThrow(expect.objectContaining({ code: 'CSV_NUMBER', line: 2 }));
    expect(() => parse(rows)).toThrow(expect.objectContaining({ code: 'CSV_NUMBER', line: 2 }));
  });

  it('reads what rdsamp -c -v prints, whose times are rounded', () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${(i / 360).toFixed(3)},${i},-`);
    const record = parse(`'Elapsed time','MLII','V5'\n'seconds','mV','uV'\n${rows.join('\n')}\n`);
    expect(record.fs).toBe(360);
    expect(record.leads.map(({ name, units }) => [name, units])).toEqual([
      ['MLII', 'mV'],
      ['V5', 'uV'],
    ]);
    expect([...record.leads[1]!.samples].every(Number.isNaN)).toBe(true);
  });

  it.each([
    ['a bare column', '1\n2\n\n3\n', { fs: 100 }, [['lead 0', 'mV', 1, 2, 3]]],
    [
      'semicolons, a title without unit, CR LF',
      'II;V1\r\n1;2\r\n;4\r\n',
      { fs: 100, units: 'uV' },
      [
        ['II', 'uV', 1, Number.NaN],
        ['V1', 'uV', 2, 4],
      ],
    ],
    [
      'tabs, sample numbers and a comment',
      '# made by hand\nsample #\tII [mV]\n0\t1\n1\t2\n',
      { fs: 100 },
      [['II', 'mV', 1, 2]],
    ],
    [
      'given names',
      '1,2\n3,4',
      { fs: 100, leads: ['I', 'II'] },
      [
        ['I', 'mV', 1, 3],
        ['II', 'mV', 2, 4],
      ],
    ],
    ['times in ms', 'time (ms),I\n0,1\n10,2\n20,3', {}, [['I', 'mV', 1, 2, 3]]],
  ])('reads %s', (_what, lines, options, expected) => {
    const record = parse(lines, options);
    expect(record.fs).toBe(100);
    expect(columns(record)).toEqual(expected);
  });

  it.each([
    ['CSV_SYNTAX', 'time,I\n', {}],
    ['CSV_FS', '1\n2\n', {}],
    ['CSV_FS', '1\n2\n', { fs: 0 }],
    ['CSV_FS', '1\n2\n', { fs: Number.NaN }],
    ['CSV_SYNTAX', '1,2\n3\n', { fs: 1 }],
    ['CSV_NUMBER', '1,2\n3,x\n', { fs: 1 }],
    ['CSV_NUMBER', '1,2\n3,1e999\n', { fs: 1 }],
    ['CSV_NUMBER', '1,2\n3,Infinity\n', { fs: 1 }],
    ['CSV_TIME', 'time,I\n0,1\n1,2\n5,3\n', {}],
    ['CSV_TIME', 'time,I\n0,1\n1,2\n2,2\n3,2\n5,2\n6,2\n7,2\n8,2\n', {}],
    ['CSV_TIME', 'time,I\n1,1\n1,2\n', {}],
    ['CSV_TIME', 'time (years),I\n1,1\n2,2\n', {}],
    ['BUDGET', '1,2\n3,4\n', { fs: 1, limits: { maxBytes: 24 } }],
    ['CSV_SYNTAX', '1,2,3\n4,5,678', { fs: 1, limits: { maxLineBytes: 6 } }],
    ['CSV_SYNTAX', 'a,b,c\n', { fs: 1, limits: { maxSignals: 2 } }],
    ['CSV_SYNTAX', '1,2,3\n', { fs: 1, limits: { maxSignals: 2 } }],
    ['CSV_LEADS', 'time\n0\n1\n2\n', {}],
    ['CSV_LEADS', '1,2\n3,4\n', { fs: 1, leads: ['I'] }],
    ['CSV_LEADS', 'time,a\n0,1\n1,2\n', { leads: ['time', 'a'] }],
  ])('%s: refuses %j', (code, lines, options) => {
    expect(() => parse(lines, options)).toThrow(expect.objectContaining({ name: 'EcgError', code }));
  });
});
