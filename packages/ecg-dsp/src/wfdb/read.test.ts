import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRecord, packSamples, text } from '../../test/independent-wfdb-writer.js';
import type { EcgError } from '../errors.js';
import { openRecord } from './open.js';
import { readRecord } from './read.js';
import { rawFormats } from './signal-formats.js';
import { memorySource } from './source.js';

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: EcgError) => error.code,
  );

const amplitudes = [...rawFormats.values()].filter(({ code }) => code !== 8);

describe('reading records', () => {
  it.each(amplitudes)(
    'format $code: any number of signals, samples, any range, with right checksums',
    async (format) => {
      const highest = 2 ** (format.bits - 1) - 1;
      const shapes = fc.record({
        signals: fc.integer({ min: 1, max: 8 }),
        length: fc.integer({ min: 1, max: 25 }),
        seed: fc.infiniteStream(fc.integer({ min: -highest, max: highest })),
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        to: fc.double({ min: 0, max: 1, noNaN: true }),
      });
      await fc.assert(
        fc.asyncProperty(shapes, async ({ signals, length, seed, from, to }) => {
          const values = Array.from({ length: signals }, () => [...seed.take(length)]);
          const files = makeRecord(
            'r1',
            360,
            values.map((samples, i) => ({ samples, format: format.code, name: `L${i}` })),
          );
          const record = await openRecord(memorySource(files), 'r1', { strict: true });
          const whole = await record.read({ units: 'digital' });
          expect(whole.leads.map(({ samples }) => [...samples])).toEqual(values);
          expect(whole.diagnostics).toEqual([]);
          const [a, b] = [Math.floor(from * length), Math.floor(to * length)].sort((x, y) => x - y) as [number, number];
          const part = await record.read({ from: a, to: b, units: 'digital' });
          expect(part.leads.map(({ samples }) => [...samples])).toEqual(values.map((list) => list.slice(a, b)));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('format 8: sums differences from the initial value on, also for a range', async () => {
    const samples = [100, 90, 217, 90, 91, 91, 0];
    const files = makeRecord('d', 100, [{ samples, format: 8, name: 'I', initial: 5 }]);
    const record = await openRecord(memorySource(files), 'd', { strict: true });
    expect([...(await record.read({ units: 'digital' })).leads[0]!.samples]).toEqual(samples);
    expect([...(await record.read({ units: 'digital', from: 4 })).leads[0]!.samples]).toEqual([91, 91, 0]);
  });

  it.each(amplitudes)('format $code: its code for a missing sample is NaN', async ({ code, missing }) => {
    const files = makeRecord('m', 100, [{ samples: [1, missing!, 3], format: code, name: 'I' }]);
    const { leads } = await readRecord(memorySource(files), 'm', { strict: true });
    expect([...leads[0]!.samples]).toEqual([0.005, Number.NaN, 0.015]);
  });

  it('reads a record longer than a piece, the same in pieces as whole', async () => {
    const samples = Array.from({ length: 300_000 }, (_, i) => ((i * 7919) % 4001) - 2000);
    const files = makeRecord('long', 250, [
      { samples, format: 212, name: 'I' },
      { samples: [...samples].reverse(), format: 212, name: 'II' },
    ]);
    const record = await openRecord(memorySource(files), 'long', { strict: true });
    const whole = await record.read();
    const part = await record.read({ leads: ['II'], from: 131_071, to: 299_999 });
    expect(part.leads[0]!.samples).toEqual(whole.leads[1]!.samples.slice(131_071, 299_999));
    expect([...whole.leads[0]!.samples]).toEqual(samples.map((value) => value / 200));
  });

  it('shifts skewed signals back, NaN where their samples would lie behind the end', async () => {
    const files = {
      's.hea': text('s 2 100 4\ns.dat 16 1/adu 16 0 1 10 0 A\ns.dat 16:2 1/adu 16 0 5 26 0 B\n'),
      's.dat': packSamples([1, 5, 2, 6, 3, 7, 4, 8], 16),
    };
    const { leads } = await readRecord(memorySource(files), 's');
    expect([...leads[0]!.samples]).toEqual([1, 2, 3, 4]);
    expect([...leads[1]!.samples]).toEqual([7, 8, Number.NaN, Number.NaN]);
  });

  it('sums the stored samples of a skewed signal, also where it is read alone', async () => {
    const files = {
      's.hea': text('s 2 100 3\ns.dat 16 1/adu 16 0 1 6 0 A\ns.dat 16:1 1/adu 16 0 5 18 0 B\n'),
      's.dat': packSamples([1, 5, 2, 6, 3, 7, 4, 8], 16),
    };
    const { leads } = await readRecord(memorySource(files), 's', { strict: true, leads: ['B'] });
    expect([...leads[0]!.samples]).toEqual([6, 7, 8]);
  });

  it('uses the samples that a skewed file has after the declared end', async () => {
    const files = {
      's.hea': text('s 2 100 2\ns.dat 16 1/adu 16 0 1 3 0 A\ns.dat 16:2 1/adu 16 0 5 11 0 B\n'),
      's.dat': packSamples([1, 5, 2, 6, 3, 7, 4, 8], 16),
    };
    const { leads } = await readRecord(memorySource(files), 's', { strict: true });
    expect(leads.map(({ samples }) => [...samples])).toEqual([
      [1, 2],
      [7, 8],
    ]);
  });

  describe('several samples in a frame', () => {
    const files = {
      'x.hea': text('x 2 100 2\nx.dat 16x4 10 16 0 1 0 0 fast\nx.dat 16x2 10 16 0 9 0 0 slow\n'),
      'x.dat': packSamples([10, 20, 30, -32768, 100, 200, 50, 60, 70, 80, -32768, -32768], 16),
    };
    it('gives their mean at the frame rate, and none where one is missing, as the WFDB tools do', async () => {
      const record = await readRecord(memorySource(files), 'x');
      expect([record.fs, record.length]).toEqual([100, 2]);
      expect(record.leads.map(({ samples }) => [...samples])).toEqual([
        [Number.NaN, 6.5],
        [15, Number.NaN],
      ]);
    });
    it('rounds a digital mean to the nearest, halves up, as the WFDB tools do', async () => {
      const pairs = [-5, 0, -3, 0, -1, 0, 1, 0, 3, 0];
      const odd = { 'x.hea': text('x 1 100 5\nx.dat 16x2 10 16\n'), 'x.dat': packSamples(pairs, 16) };
      const { leads } = await readRecord(memorySource(odd), 'x', { units: 'digital' });
      expect([...leads[0]!.samples]).toEqual([-2, -1, 0, 1, 2]);
    });
    it('keeps the rate of the fastest signal where only slower ones are read', async () => {
      const { fs, leads } = await readRecord(memorySource(files), 'x', {
        highResolution: true,
        leads: ['slow'],
        to: 3,
      });
      expect([fs, [...leads[0]!.samples]]).toEqual([400, [10, 10, 20]]);
    });
    it('gives the fastest rate where wanted, for any range', async () => {
      const record = await readRecord(memorySource(files), 'x', { highResolution: true, from: 1, to: 7 });
      expect([record.fs, record.length]).toEqual([400, 6]);
      expect(record.leads.map(({ samples }) => [...samples])).toEqual([
        [2, 3, Number.NaN, 5, 6, 7],
        [10, 20, 20, Number.NaN, Number.NaN, Number.NaN],
      ]);
    });
  });

  it('takes the length from the file where the header has none', async () => {
    const files = { 'n.hea': text('n 1\nn.dat 16\n'), 'n.dat': packSamples([4, 5, 6], 16) };
    const record = await readRecord(memorySource(files), 'n');
    expect([record.fs, record.length, record.leads[0]!.name]).toEqual([250, 3, 'record n, signal 0']);
  });

  it('converts other voltages to mV and leaves other units alone', async () => {
    const files = {
      'u.hea': text('u 4 100 1\nu.dat 16 2/uV\nu.dat 16 2/V\nu.dat 16 2/mmHg\nu.dat 16 2/µV\n'),
      'u.dat': packSamples([4, 4, 4, 4], 16),
    };
    const { leads } = await readRecord(memorySource(files), 'u');
    expect(leads.map(({ units, samples }) => [units, samples[0]])).toEqual([
      ['mV', 0.002],
      ['mV', 2000],
      ['mmHg', 2],
      ['mV', 0.002],
    ]);
  });

  it('chooses leads by name or index in the wanted order, and says what there is', async () => {
    const files = makeRecord('c', 100, [
      { samples: [1], format: 16, name: 'V5' },
      { samples: [2], format: 16, name: 'MLII' },
      { samples: [3], format: 16, name: 'V5' },
    ]);
    const source = memorySource(files);
    const names = async (leads: (string | number)[]): Promise<string[]> =>
      (await readRecord(source, 'c', { leads })).leads.map(({ name, samples }) => `${name}=${samples[0]}`);
    expect(await names(['mlii', 0])).toEqual(['MLII=0.01', 'V5=0.005']);
    expect(await codeOf(names(['V5']))).toBe('LEAD_AMBIGUOUS');
    expect(await codeOf(names([3]))).toBe('LEAD_NOT_FOUND');
    await expect(names(['aVF'])).rejects.toMatchObject({ code: 'LEAD_NOT_FOUND', fix: 'It has: V5, MLII, V5.' });
  });

  it('reads a record without signals', async () => {
    const record = await readRecord(memorySource({ 'a.hea': text('a 0 100 500\n# only annotations\n') }), 'a');
    expect([record.length, record.leads.length, record.comments]).toEqual([500, 0, ['only annotations']]);
  });

  it.each([
    [-1, 2],
    [0, 4],
    [2, 1],
    [0.5, 2],
    [Number.NaN, 2],
  ])('refuses the range %s to %s of three samples', async (from, to) => {
    const files = makeRecord('r', 100, [{ samples: [1, 2, 3], format: 16, name: 'I' }]);
    expect(await codeOf(readRecord(memorySource(files), 'r', { from, to }))).toBe('RANGE');
  });
});
