import { describe, expect, it } from 'vitest';
import { formatTime, formatTimeOfDay } from './time-text.js';

describe('times as the WFDB tools print them', () => {
  it('goes over midnight and the end of a month', () => {
    const clock = { fs: 1, baseTime: '23:59:59.5', baseDate: '28/02/2004' };
    expect(formatTime(0, clock)).toBe('[23:59:59.500 28/02/2004]');
    expect(formatTime(86401, clock)).toBe('[00:00:00.500 01/03/2004]');
    expect(formatTimeOfDay(86401, clock)).toBe('[00:00:00 01/03/2004]');
  });

  it('without a date, counts the days gone by', () => {
    const clock = { fs: 1, baseTime: '23:59:58', baseDate: undefined };
    expect([0, 2, 2 * 86400 + 1].map((sample) => formatTime(sample, clock))).toEqual([
      '[23:59:58.000]',
      '[00:00:00.000 1]',
      '[23:59:59.000 2]',
    ]);
  });
});
