import { describe, expect, it } from 'vitest';
import { makeRecord, text } from '../../test/independent-wfdb-writer.js';
import { readRecord } from './read.js';
import { memorySource } from './source.js';

const nan = Number.NaN;
const first = makeRecord('s1', 100, [
  { samples: [1, 2], format: 16, name: 'II', gain: '1/mV' },
  { samples: [11, 12], format: 16, name: 'V', gain: '1/mV' },
]);
const second = makeRecord('s2', 100, [
  { samples: [30, 40, 50], format: 212, name: 'V', gain: '2/mV' },
  { samples: [3, 4, 5], format: 212, name: 'ABP', gain: '1/mmHg' },
]);

describe('records in segments', () => {
  it('joins segments of fixed layout and keeps gaps', async () => {
    const files = { ...first, ...first, 'm.hea': text('m/3 2 100 7\ns1 2\n~ 3\ns1 2\n') };
    const record = await readRecord(memorySource(files), 'm', { strict: true });
    expect(record.leads.map(({ name, samples }) => [name, ...samples])).toEqual([
      ['II', 1, 2, nan, nan, nan, 1, 2],
      ['V', 11, 12, nan, nan, nan, 11, 12],
    ]);
    const part = await readRecord(memorySource(files), 'm', { from: 1, to: 6, leads: ['V'] });
    expect([...part.leads[0]!.samples]).toEqual([12, nan, nan, nan, 11]);
  });

  const variable: Record<string, Uint8Array> = {
    ...first,
    ...second,
    'v.hea': text('v/4 3 100 6\nL_layout 0\ns1 2\n~ 1\ns2 3\n'),
    'L_layout.hea': text(
      'L_layout 3 100 0\n~ 0 1/mV 12 0 0 0 0 II\n~ 0 1/mV 12 0 0 0 0 V\n~ 0 1/mmHg 12 0 0 0 0 ABP\n',
    ),
  };

  it('finds the leads of a variable layout by name', async () => {
    const record = await readRecord(memorySource(variable), 'v', { strict: true });
    expect(record.leads.map(({ name, samples }) => [name, ...samples])).toEqual([
      ['II', 1, 2, nan, nan, nan, nan],
      ['V', 11, 12, nan, 15, 20, 25],
      ['ABP', nan, nan, nan, 3, 4, 5],
    ]);
  });

  it("gives digital values in the layout's gain", async () => {
    const { leads } = await readRecord(memorySource(variable), 'v', { leads: ['V'], units: 'digital' });
    expect([...leads[0]!.samples]).toEqual([11, 12, nan, 15, 20, 25]);
  });

  it('reads in a folder, with segments beside the header', async () => {
    const files = Object.fromEntries(Object.entries(variable).map(([name, bytes]) => [`p1/${name}`, bytes]));
    expect((await readRecord(memorySource(files), 'p1/v.hea', { strict: true })).length).toBe(6);
  });

  it('leaves a missing segment out as NaN with a diagnostic, and refuses it where strict', async () => {
    const { 's2.dat': _, ...files } = variable;
    const record = await readRecord(memorySource(files), 'v');
    expect([...record.leads[1]!.samples]).toEqual([11, 12, nan, nan, nan, nan]);
    expect(record.diagnostics.map(({ code, where }) => [code, where])).toEqual([['SEG_MISSING', 's2.dat']]);
    await expect(readRecord(memorySource(files), 'v', { strict: true })).rejects.toMatchObject({ code: 'SEG_MISSING' });
  });

  it.each([
    ['SEG_NESTED', { 's2.hea': text('s2/1 1 100 3\ns1 3\n') }],
    ['SEG_FS_CHANGE', { 's2.hea': text('s2 1 200 3\ns2.dat 212\n') }],
    ['SEG_NONE', { 'v.hea': text('v/2 1 100 3\n~ 1\n~ 2\n') }],
    ['PATH_ESCAPE', { 'v.hea': text('v/1 1 100 3\n../s1 2\n') }],
  ])('%s is refused', async (code, files) => {
    await expect(readRecord(memorySource({ ...variable, ...files }), 'v')).rejects.toMatchObject({ code });
  });

  it.each([
    ['SEG_LEN_MISMATCH', { 'v.hea': text('v/4 3 100 9\nL_layout 0\ns1 2\n~ 1\ns2 3\n') }],
    ['HDR_NSEG_SHORT', { 'v.hea': text('v/9 3 100 6\nL_layout 0\ns1 2\n~ 1\ns2 3\n') }],
    ['SEG_NSIG', { 'v.hea': text('v/4 2 100 6\nL_layout 0\ns1 2\n~ 1\ns2 3\n') }],
  ])('%s is reported and read past, or refused where strict', async (code, files) => {
    const source = memorySource({ ...variable, ...files });
    const record = await readRecord(source, 'v');
    expect(record.length).toBe(6);
    expect(record.diagnostics.map((finding) => finding.code)).toContain(code);
    await expect(readRecord(source, 'v', { strict: true })).rejects.toMatchObject({ code });
  });

  it('never joins samples of another unit', async () => {
    const files = {
      ...variable,
      ...makeRecord('s2', 100, [{ samples: [3, 4, 5], format: 16, name: 'V', gain: '1/mmHg' }]),
    };
    const record = await readRecord(memorySource(files), 'v');
    expect([...record.leads[1]!.samples]).toEqual([11, 12, nan, nan, nan, nan]);
    expect(record.diagnostics.map(({ code }) => code)).toEqual(['SEG_UNITS']);
  });
});
