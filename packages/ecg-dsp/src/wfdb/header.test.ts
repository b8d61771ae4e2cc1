import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from '../../test/independent-wfdb-writer.js';
import { formatHeader } from './format-header.js';
import type { SignalSpec, WfdbHeader } from './header.js';
import { parseHeader } from './parse-header.js';
import { rawFormats } from './signal-formats.js';

const parse = (lines: string, name = 'r', strict = false): WfdbHeader => parseHeader(text(lines), name, { strict });
const codes = ({ diagnostics }: WfdbHeader): string[] => diagnostics.map(({ code }) => code);

describe('headers', () => {
  it('reads every field', () => {
    const header = parse(
      '#wfdb 10.7\r\nr 2 360/20(5) 650000 12:30:00.5 1/2/1990\r\nr.dat 212x2:3+24 200(1024)/mm^2?-% 11 512 995 -22131 7 lead of two words\r\nr.dat 212x2:3+24\r\n# a comment \r\n#b',
      'r',
      true,
    );
    expect(header).toMatchObject({ fs: 360, counterFs: 20, baseCounter: 5, length: 650000 });
    expect(header).toMatchObject({ baseTime: '12:30:00.5', baseDate: '1/2/1990', comments: ['a comment', 'b'] });
    expect(header.signals[0]).toEqual({
      file: 'r.dat',
      format: 212,
      samplesPerFrame: 2,
      skew: 3,
      byteOffset: 24,
      gain: 200,
      calibrated: true,
      baseline: 1024,
      units: 'mm^2?-%',
      adcResolution: 11,
      adcZero: 512,
      initialValue: 995,
      checksum: -22131,
      blockSize: 7,
      description: 'lead of two words',
    });
    expect(header.signals[1]).toMatchObject({
      gain: 200,
      calibrated: false,
      baseline: 0,
      units: 'mV',
      adcResolution: 12,
    });
    expect(header.signals[1]).toMatchObject({ checksum: undefined, description: undefined });
  });

  it('takes the ADC zero for a baseline and a first value that are not given', () => {
    expect(parse('r 1\nr.dat 16 100 12 77').signals[0]).toMatchObject({ baseline: 77, initialValue: 77 });
    expect(parse('r 1\nr.dat 16 100(0) 12 77').signals[0]).toMatchObject({ baseline: 0 });
  });

  it.each(['360', '360.', '3.6e2', '+360', '0360.000'])('reads the frequency %s', (fs) => {
    expect(parse(`r 0 ${fs}`, 'r', true).fs).toBe(360);
  });

  it.each([
    [
      'a date before the time, month by name',
      'r 0 500 7500 05-May-2020 09:49:17',
      ['HDR_DATE_FORMAT', 'HDR_DATE_ORDER'],
      '05/05/2020',
    ],
    ['an ISO date', 'r 0 300 9000 05:05:15 2014-05-01', ['HDR_DATE_FORMAT'], '01/05/2014'],
    ['a year only', 'r 0 250 10 12:00:00 1990', ['HDR_DATE_FORMAT'], undefined],
    ['a folder in the name', 'x/r 0 500 600', ['HDR_NAME_SLASH'], undefined],
    ['another name', 'q 0 500 600', ['HDR_NAME_MISMATCH'], undefined],
    ['a count written as 16.0', 'r 0.0 500 600', ['HDR_NUMBER'], undefined],
    ['more lines than declared', 'r 0 500 600\nr.dat 16', ['HDR_EXTRA_LINES'], undefined],
    ['more fields than there are', 'r 0 500 6 1:00:00 1/1/2000 x', ['HDR_EXTRA_FIELDS'], '1/1/2000'],
  ])('reads %s with a diagnostic, and refuses it where strict', (_what, lines, expected, date) => {
    const header = parse(lines);
    expect(codes(header)).toEqual(expected);
    expect(header.baseDate).toBe(date);
    expect(header.diagnostics.every(({ line, byteOffset }) => line !== undefined && byteOffset !== undefined)).toBe(
      true,
    );
    expect(() => parse(lines, 'r', true)).toThrow(expect.objectContaining({ code: expected[0] }));
  });

  it('reads files that a header names with its own folder before them, and no others', () => {
    const header = parse('beats/r 2 500 600\nbeats/r.dat 32\nbeats/r.dat 32');
    expect(header.signals.map(({ file }) => file)).toEqual(['r.dat', 'r.dat']);
    expect(() => parse('beats/r 1 500 600\nother/r.dat 32')).toThrow(expect.objectContaining({ code: 'PATH_ESCAPE' }));
    expect(() => parse('beats/r 1 500 600\nbeats/../r.dat 32')).toThrow(
      expect.objectContaining({ code: 'PATH_ESCAPE' }),
    );
  });

  it('reads Latin-1 where it is not UTF-8, CR alone, tabs, and blanks around lines', () => {
    const bytes = Uint8Array.from([...text('  r\t1 100\r r.dat 16 1/'), 0xb5, ...text('V 12 0 0 0 0 d'), 0xe9, 13]);
    const header = parseHeader(bytes, 'r');
    expect(header.signals[0]).toMatchObject({ units: 'µV', description: 'dé' });
    expect(header.diagnostics).toMatchObject([{ code: 'HDR_ENCODING', line: 2, byteOffset: 10 }]);
  });

  it('reports what is allowed and yet doubtful, also where strict', () => {
    const header = parse('r 3 100 0\nr.dat 16 0 0\nr.dat 16 1 12 0 0 0 0 I\nr.dat 16 1 12 0 0 0 0 I', 'r', true);
    expect(codes(header)).toEqual(['HDR_GAIN_ZERO', 'HDR_ADCRES_ZERO', 'HDR_DESC_MISSING', 'HDR_DUP_DESC']);
  });

  it.each([
    ['', 'HDR_SYNTAX'],
    ['# only a comment', 'HDR_SYNTAX'],
    ['r', 'HDR_SYNTAX'],
    ['r! 1', 'HDR_SYNTAX'],
    ['r x', 'HDR_NUMBER'],
    ['r -1', 'HDR_LIMIT'],
    ['r 4097', 'HDR_LIMIT'],
    ['r/100001 1', 'HDR_LIMIT'],
    ['r 1 0', 'HDR_NUMBER'],
    ['r 1 -5', 'HDR_NUMBER'],
    ['r 1 nan', 'HDR_NUMBER'],
    ['r 1 inf', 'HDR_NUMBER'],
    ['r 1 1e999', 'HDR_NUMBER'],
    ['r 1 0x10', 'HDR_NUMBER'],
    ['r 1 100 -4', 'HDR_LIMIT'],
    ['r 1 100 1e30', 'HDR_NUMBER'],
    ['r 2 100 5\nr.dat 16', 'HDR_NSIG_SHORT'],
    ['r 1\nr.dat', 'HDR_SYNTAX'],
    ['r 1\nr.dat 17', 'SIG_FMT_UNKNOWN'],
    ['r 1\nr.dat x', 'HDR_SYNTAX'],
    ['r 1\nr.dat 16x0', 'HDR_LIMIT'],
    ['r 1\nr.dat 16x100001', 'HDR_LIMIT'],
    ['r 1\nr.dat 16:-1', 'HDR_LIMIT'],
    ['r 1\nr.dat 16+-1', 'HDR_LIMIT'],
    ['r 1\nr.dat 16 nan', 'HDR_NUMBER'],
    ['r 1\nr.dat 16 1e999', 'HDR_NUMBER'],
    ['r 1\nr.dat 16 200(x)', 'HDR_NUMBER'],
    ['r 1\nr.dat 16 200(1', 'HDR_SYNTAX'],
    ['r 1\nr.dat 16 200 x', 'HDR_NUMBER'],
    ['r/1 1 100 5\nseg', 'HDR_SYNTAX'],
    ['r/1 1 100 5\nseg -5', 'HDR_SYNTAX'],
  ])('refuses %j: %s, with its place', (lines, code) => {
    const place = lines.startsWith('r') ? { line: expect.any(Number), byteOffset: expect.any(Number) } : {};
    expect(() => parse(lines)).toThrow(expect.objectContaining({ name: 'EcgError', code, where: 'r.hea', ...place }));
  });

  it('refuses a header or a line that is far too long before looking into it', () => {
    expect(() => parse(`r 1\n${' '.repeat(2 ** 16)}x`)).toThrow(
      expect.objectContaining({ code: 'HDR_LIMIT', line: 2 }),
    );
    expect(() => parse('#\n'.repeat(2 ** 19 + 1))).toThrow(expect.objectContaining({ code: 'HDR_LIMIT' }));
  });

  it('writes what it reads: any header comes back the same', () => {
    const int = fc.integer({ min: -40000, max: 40000 });
    const word = fc.stringMatching(/^[A-Za-z][\w-]{0,12}$/);
    const finite = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const signal: fc.Arbitrary<SignalSpec> = fc
      .record({
        file: fc.oneof(
          fc.constant('~'),
          word.map((name) => `${name}.dat`),
        ),
        format: fc.constantFrom(0, 508, ...rawFormats.keys()),
        samplesPerFrame: fc.integer({ min: 1, max: 100_000 }),
        skew: fc.nat(),
        byteOffset: fc.nat(),
        gain: fc.oneof(
          finite,
          finite.map((gain) => -gain),
        ),
        calibrated: fc.boolean(),
        baseline: int,
        units: fc.stringMatching(/^[A-Za-z%^?][A-Za-z%^?/-]{0,8}$/),
        adcResolution: fc.integer({ min: 1, max: 32 }),
        adcZero: int,
        initialValue: int,
        checksum: int,
        blockSize: fc.nat(),
        description: fc.option(fc.stringMatching(/^[A-Za-z0-9](?:[ -~]{0,20}[A-Za-z0-9])?$/), { nil: undefined }),
      })
      .map((spec) => (spec.calibrated ? spec : { ...spec, gain: 200 }));
    const header = fc.record({
      name: word,
      fs: finite,
      counterFs: fc.option(finite, { nil: undefined }),
      length: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
      signals: fc.array(signal, { maxLength: 5 }),
      comments: fc.array(fc.stringMatching(/^[A-Za-z](?:[ -~]{0,20}[A-Za-z])?$/), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(header, (value) => {
        const back = parseHeader(text(formatHeader(value)), value.name, { strict: true });
        expect(back).toMatchObject({ ...value, signalCount: value.signals.length, segments: undefined });
        const { diagnostics: _, ...again } = back;
        expect(formatHeader(again)).toBe(formatHeader(value));
      }),
      { numRuns: 200 },
    );
  });

  it('writes the header of a record in segments', () => {
    const lines = 'm/3 2 100 7 12:00:00 01/02/2003\ns1 2\n~ 3\ns1 2\n# c\n';
    const { diagnostics: _, ...header } = parse(lines, 'm', true);
    expect(formatHeader(header)).toBe(lines);
  });

  it.each([
    { name: 'a b' },
    { name: '../a' },
    { fs: 0 },
    { fs: Number.NaN },
    { comments: ['two\nlines'] },
    { baseTime: 'noon' },
    { segments: [{ name: '../x', length: 1 }] },
  ])('does not write %j', (part) => {
    expect(() => formatHeader({ name: 'r', fs: 1, ...part })).toThrow(expect.objectContaining({ code: 'HDR_SYNTAX' }));
  });
});
