import { describe, expect, it } from 'vitest';
import type { EcgRecord } from '../record.js';
import { type ListedSignal, SampleListing } from './sample-listing.js';

// What rdsamp of WFDB 10.7 prints of whole records is compared in the command line's tests.
const clock = { fs: 360, baseTime: undefined, baseDate: undefined };
const signal = (description: string | undefined, units = 'mV', gain = 200): ListedSignal => ({
  description,
  units,
  gain,
  baseline: 0,
});
function record(...values: number[]): EcgRecord {
  const lead = { name: 'I', units: 'adu', samples: Float64Array.from(values) };
  return { name: 'r', fs: 360, length: values.length, leads: [lead], comments: [], diagnostics: [] };
}

describe('SampleListing', () => {
  it('raw values, with the number of the first sample', () => {
    const text = [...new SampleListing(clock, [signal('I')]).lines(record(995, Number.NaN, -8388599), 9)].join('');
    expect(text).toBe('              9\t    995\n             10\t -32768\n             11\t-8388599\n');
  });

  it('physical values, a missing one as -, a negative zero as C has it', () => {
    const negative = new SampleListing(clock, [signal('I', 'mV', -200)], { values: 'physical' });
    expect([...negative.lines(record(0, Number.NaN, 29))].join('')).toBe(
      '          0.000\t -0.000\n          0.003\t      -\n          0.006\t -0.145\n',
    );
  });

  it('cuts long names at their beginning and long units at their end', () => {
    const signals = [signal('sixteen characters', 'fourteenchars!'), signal(undefined), signal('record r, signal 7')];
    expect(new SampleListing(clock, signals, { values: 'physical' }).heading()).toBe(
      '   Elapsed time\tracters\t  sig 1\t  sig 2\n      (seconds)\t(fourt)\t   (mV)\t   (mV)\n',
    );
    expect(new SampleListing(clock, signals, { values: 'precise' }).heading()).toContain(
      '\tteen characters\t          sig 1\t          sig 2\n      (seconds)\t(fourteenchars)\t',
    );
  });

  it('doubles a quote in CSV', () => {
    const listing = new SampleListing(clock, [signal("it's")], { comma: true });
    expect(listing.heading()).toBe("'sample #','it''s'\n");
  });

  it.each([
    [360, '(0.0027777 sec)', "'0.00277778 sec'"],
    [128, '(0.0078125 sec)', "'0.0078125 sec'"],
    [10, '      (0.1 sec)', "'0.1 sec'"],
    [1e6, '    (1e-06 sec)', "'1e-06 sec'"],
    [0.001, '     (1000 sec)', "'1000 sec'"],
  ])('the interval between samples at %d Hz', (fs, text, csv) => {
    const unit = (comma: boolean): string | undefined =>
      new SampleListing({ ...clock, fs }, [], { values: 'physical', times: 'samples', comma }).heading().split('\n')[1];
    expect([unit(false), unit(true)]).toEqual([text, csv]);
  });
});
