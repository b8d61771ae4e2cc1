import { describe, expect, it } from 'vitest';
import { makeRecord, text } from '../../test/independent-wfdb-writer.js';
import { checkRelativePath } from './file-name.js';
import { openRecord } from './open.js';
import { readAnnotations, readRecord } from './read.js';
import { readHeader } from './record-pieces.js';
import { memorySource, type RecordSource } from './source.js';

const good = makeRecord('g', 100, [{ samples: [1, 2, 3, 4], format: 16, name: 'I' }]);

/** A source that has every file and fails the test when a name is read that lies outside. */
function watched(files: Record<string, Uint8Array>): { source: RecordSource; asked: string[] } {
  const asked: string[] = [];
  const inner = memorySource(files);
  return {
    asked,
    source: {
      size: (name) => {
        asked.push(name);
        return inner.size(name);
      },
      read: (name, from, to) => inner.read(name, from, to),
    },
  };
}

const escapes = [
  '..',
  '../g.dat',
  'a/../../g.dat',
  '/etc/passwd',
  '\\\\host\\share',
  'C:\\g.dat',
  'C:g.dat',
  'a\\b',
  '-',
  '|ls',
  'http://host/g.dat',
  '%r',
  'g\0.dat',
  'a..b',
  'x'.repeat(256),
];

describe('names that lead out of the folder', () => {
  it.each(escapes)('as a record: %j', async (name) => {
    const { source, asked } = watched(good);
    await expect(readRecord(source, name)).rejects.toMatchObject({
      code: expect.stringMatching(/PATH_ESCAPE|RECORD_NAME/),
    });
    await expect(readAnnotations(source, name, 'atr')).rejects.toMatchObject({ name: 'EcgError' });
    expect(asked).toEqual([]);
  });

  it.each(escapes.filter((name) => !/[\s\0]/.test(name)))('as a signal file in a header: %j', async (name) => {
    const { source, asked } = watched({ 'h.hea': text(`h 1 100 4\n${name} 16\n`) });
    await expect(readRecord(source, 'h')).rejects.toMatchObject({ code: 'PATH_ESCAPE', where: 'h.hea', line: 2 });
    expect(asked).toEqual(['h.hea']);
  });

  it.each(escapes.filter((name) => !/[\s\0]/.test(name)))('as a segment: %j', async (name) => {
    const { source, asked } = watched({ 'h.hea': text(`h/1 1 100 4\n${name} 4\n`) });
    await expect(readRecord(source, 'h')).rejects.toMatchObject({
      code: expect.stringMatching(/PATH_ESCAPE|HDR_SYNTAX/),
      line: 2,
    });
    expect(asked).toEqual(['h.hea']);
  });

  it('in a list of records: sub-folders and nothing else', () => {
    expect(checkRelativePath('a/b/100', 'RECORDS')).toBe('a/b/100');
    expect(checkRelativePath('a/', 'RECORDS')).toBe('a');
    for (const name of [...escapes, 'a//b', './a', '']) {
      expect(() => checkRelativePath(name, 'RECORDS'), name).toThrow(expect.objectContaining({ code: 'PATH_ESCAPE' }));
    }
  });

  it('files of a record are no records, and the error says which is', async () => {
    await expect(readHeader(memorySource(good), 'g.dat')).rejects.toMatchObject({
      code: 'RECORD_NAME',
      fix: expect.stringContaining(' g.'),
    });
  });
});

describe('sizes that a header only claims', () => {
  const claim = (hea: string, limits = {}): Promise<unknown> =>
    readRecord(memorySource({ ...good, 'g.hea': text(hea) }), 'g', { limits });

  it.each([
    ['more samples than the budget', 'g 1 100 99999999999\ng.dat 16', 'BUDGET'],
    ['more samples than could be missing', 'g 1 100 2000000\ng.dat 16', 'SIG_TRUNCATED'],
    ['a byte offset behind the end', 'g 1 100 4\ng.dat 16+9999999', 'SIG_TRUNCATED'],
    ['a skew behind the end', 'g 1 100 4\ng.dat 16:99999999', 'SIG_SKEW'],
    ['a million signals', 'g 1000000 100 4\ng.dat 16', 'HDR_LIMIT'],
    ['a frame of 4e8 samples', `g 2 100\ng.dat 16x100000\ng.dat 16x100001`, 'HDR_LIMIT'],
    ['segments without end', `g/2 1 100\nh ${'9'.repeat(15)}\nh ${'9'.repeat(15)}`, 'FILE_NOT_FOUND'],
    ['a gap of 1e15 samples', 'g/2 1 100 1000000000000000\nk 4\n~ 999999999999996', 'BUDGET'],
  ])('%s: refused', async (_what, hea, code) => {
    const k = makeRecord('k', 100, [{ samples: [1, 2, 3, 4], format: 16, name: 'I' }]);
    const files = memorySource({ ...good, ...k, 'g.hea': text(hea) });
    await expect(readRecord(files, 'g')).rejects.toMatchObject({ name: 'EcgError', code });
  });

  it('the budget is the caller’s to set, and ranges are the way around it', async () => {
    await expect(claim('g 1 100 4\ng.dat 16', { maxBytes: 31 })).rejects.toMatchObject({ code: 'BUDGET' });
    const record = await openRecord(memorySource(good), 'g', { limits: { maxBytes: 31 } });
    expect([...(await record.read({ from: 1, to: 4 })).leads[0]!.samples]).toEqual([0.01, 0.015, 0.02]);
  });

  it('frames larger than the file are missing, and reported', async () => {
    const record = await claim(`g 1 100 1000\ng.dat 16x300`);
    expect(record).toMatchObject({ length: 1000, diagnostics: [{}, { code: 'SIG_TRUNCATED' }] });
  });
});

describe('damaged files', () => {
  const files = (part: Record<string, Uint8Array>): RecordSource => memorySource({ ...good, ...part });

  it('a cut-off signal file gives what there is, NaN behind it, and says so; strict refuses', async () => {
    const cut = files({ 'g.dat': good['g.dat']!.subarray(0, 5) });
    const record = await readRecord(cut, 'g');
    expect([...record.leads[0]!.samples]).toEqual([0.005, 0.01, Number.NaN, Number.NaN]);
    expect(record.diagnostics).toMatchObject([
      { code: 'SIG_TRUNCATED', severity: 'error', byteOffset: 5, message: '4 frames are declared, the file has 2' },
    ]);
    await expect(readRecord(cut, 'g', { strict: true })).rejects.toMatchObject({
      code: 'SIG_TRUNCATED',
      byteOffset: 5,
    });
  });

  it('bytes after the end are reported; strict refuses', async () => {
    const long = files({ 'g.dat': Uint8Array.from([...good['g.dat']!, 9, 9]) });
    expect((await readRecord(long, 'g')).diagnostics).toMatchObject([{ code: 'SIG_TRAILING', byteOffset: 8 }]);
    await expect(readRecord(long, 'g', { strict: true })).rejects.toMatchObject({ code: 'SIG_TRAILING' });
  });

  it('a wrong checksum is reported; strict refuses; the unsigned form is the same sum', async () => {
    const wrong = files({ 'g.hea': text('g 1 100 4\ng.dat 16 200 16 0 1 11 0 I') });
    expect((await readRecord(wrong, 'g')).diagnostics).toMatchObject([{ code: 'SIG_CHECKSUM' }]);
    await expect(readRecord(wrong, 'g', { strict: true })).rejects.toMatchObject({ code: 'SIG_CHECKSUM' });
    const negative = makeRecord('n', 100, [{ samples: [-5], format: 16, name: 'I' }]);
    const unsigned = { ...negative, 'n.hea': text('n 1 100 1\nn.dat 16 200 16 0 -5 65531 0 I') };
    await expect(readRecord(memorySource(unsigned), 'n', { strict: true })).resolves.toMatchObject({ diagnostics: [] });
  });

  it.each([
    ['formats', 'g.dat 16\ng.dat 212'],
    ['offsets', 'g.dat 16+2\ng.dat 16+4'],
    ['block sizes', 'g.dat 16 1 12 0 0 0 0 a\ng.dat 16 1 12 0 0 0 2 b'],
    ['places', 'g.dat 16\nh.dat 16\ng.dat 16'],
  ])('signals of one file in different %s are refused', async (_what, lines) => {
    const count = lines.split('\n').length;
    const promise = readRecord(files({ 'g.hea': text(`g ${count} 100 4\n${lines}`), 'h.dat': good['g.dat']! }), 'g');
    await expect(promise).rejects.toMatchObject({ code: 'SIG_FMT_MIXED' });
  });

  it('a source that gives other than the bytes asked for is found out', async () => {
    const lying: RecordSource = { size: async () => 8, read: async () => new Uint8Array(3) };
    await expect(readHeader(lying, 'g')).rejects.toMatchObject({ code: 'SOURCE_FAILED', byteOffset: 0 });
  });
});
