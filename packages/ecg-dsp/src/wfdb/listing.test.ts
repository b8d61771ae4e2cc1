import { describe, expect, it } from 'vitest';
import { formatAnnotation, formatTime, sampleLines } from './listing.js';

const header = { fs: 360, baseTime: undefined, baseDate: undefined };
const plain = { subtype: 0, channel: 0, number: 0, aux: '' };

describe('listings as the WFDB tools print them', () => {
  it.each([
    [{ ...plain, sample: 18, symbol: '+', aux: '(N' }, header, '    0:00.050       18     +    0    0    0\t(N'],
    [{ ...plain, sample: 77, symbol: 'N' }, header, '    0:00.214       77     N    0    0    0'],
    [{ ...plain, sample: 649991, symbol: 'N' }, header, '   30:05.531   649991     N    0    0    0'],
    [{ ...plain, sample: 1296000, symbol: '[15]', subtype: -1 }, header, ' 1:00:00.000  1296000  [15]   -1    0    0'],
    [
      { ...plain, sample: 87240, symbol: '"', channel: 255, aux: 'Initiate slow tilt up' },
      { fs: 250, baseTime: '15:08:24', baseDate: undefined },
      '[15:14:12.960]    87240     "    0  255    0\tInitiate slow tilt up',
    ],
  ])('annotation %#', (annotation, clock, line) => {
    expect(formatAnnotation(annotation, clock)).toBe(line);
  });

  it('goes over midnight and the end of a month', () => {
    const clock = { fs: 1, baseTime: '23:59:59.5', baseDate: '28/02/2004' };
    expect(formatTime(0, clock)).toBe('[23:59:59.500 28/02/2004]');
    expect(formatTime(86401, clock)).toBe('[00:00:00.500 01/03/2004]');
  });

  it('samples', () => {
    const lead = { name: 'I', units: 'mV', samples: Float64Array.of(995, Number.NaN, -8388599) };
    const record = { name: 'r', fs: 1, length: 3, leads: [lead, lead], comments: [], diagnostics: [] };
    expect([...sampleLines(record, 'digital', 9)].join('')).toBe(
      '       9\t    995\t    995\n      10\t -32768\t -32768\n      11\t-8388599\t-8388599\n',
    );
    const physical = { ...record, leads: [{ ...lead, samples: Float64Array.of(-0.145, Number.NaN, 1) }] };
    expect([...sampleLines(physical, 'physical')].join('')).toBe(
      '       0\t    -0.14500000\n       1\t              -\n       2\t     1.00000000\n',
    );
  });
});
