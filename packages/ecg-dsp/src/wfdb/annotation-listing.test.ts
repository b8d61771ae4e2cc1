import { describe, expect, it } from 'vitest';
import { annotationHeading, formatAnnotation } from './annotation-listing.js';

const header = { fs: 360, baseTime: undefined, baseDate: undefined };
const plain = { subtype: 0, channel: 0, number: 0, aux: '' };

describe('annotations as rdann prints them', () => {
  it.each([
    [{ ...plain, sample: 18, symbol: '+', aux: '(N' }, header, '    0:00.050       18     +    0    0    0\t(N'],
    [{ ...plain, sample: 77, symbol: 'N' }, header, '    0:00.214       77     N    0    0    0'],
    [{ ...plain, sample: 649991, symbol: 'N' }, header, '   30:05.531   649991     N    0    0    0'],
    [{ ...plain, sample: 1296000, symbol: '[15]', subtype: -1 }, header, ' 1:00:00.000  1296000  [15]   -1    0    0'],
    [{ ...plain, sample: 14447326, symbol: ')' }, header, '11:08:51.461  14447326     )    0    0    0'],
    [
      { ...plain, sample: 87240, symbol: '"', channel: 255, aux: 'Initiate slow tilt up' },
      { fs: 250, baseTime: '15:08:24', baseDate: undefined },
      '[15:14:12.960]    87240     "    0  255    0\tInitiate slow tilt up',
    ],
  ])('%#', (annotation, clock, line) => {
    expect(formatAnnotation(annotation, clock)).toBe(line);
  });

  it.each([
    [250, '    0.012   0.00020 0.0000033     N    0    0    0'],
    [1000, '    0.003   0.00005 0.0000008     N    0    0    0'],
    [1001, '    0.0030   0.00005 0.0000008     N    0    0    0'],
    [2000, '    0.0015   0.000025 0.0000004     N    0    0    0'],
    [1e6, '    0.000003   0.00000005 0.0000000008     N    0    0    0'],
  ])('in seconds, minutes and hours, at %d Hz', (fs, line) => {
    expect(formatAnnotation({ ...plain, sample: 3, symbol: 'N' }, { ...header, fs }, 'units')).toBe(line);
  });

  it('the time by a finer clock, with the sample of the record', () => {
    const ticks = { ...plain, sample: 3069, symbol: 'u' };
    expect(formatAnnotation(ticks, { ...header, fs: 720 }, 'elapsed', 1535)).toBe(
      '    0:04.263     1535     u    0    0    0',
    );
  });

  it('headings', () => {
    const titles = '  Type  Sub Chan  Num\tAux';
    const timed = { ...header, baseTime: '12:00:00' };
    expect(annotationHeading(header)).toBe(`      Time   Sample #${titles}`);
    expect(annotationHeading(timed)).toBe(`      Time     Sample #${titles}`);
    expect(annotationHeading({ ...timed, baseDate: '1/1/2000' })).toBe(`      Time       Date     Sample #${titles}`);
    expect(annotationHeading(timed, 'elapsed')).toBe(`Elapsed time  Sample #${titles}`);
    expect(annotationHeading(timed, 'units')).toBe(`  Seconds   Minutes     Hours${titles}`);
  });
});
