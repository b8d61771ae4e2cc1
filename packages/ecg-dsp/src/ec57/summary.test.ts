import { describe, expect, it } from 'vitest';
import { EcgError } from '../errors.js';
import { goldenFs, goldenLength, goldenReference, goldenTest, marks } from './golden.fixture.js';
import { compareBeats, rmsRrError } from './match.js';
import { summarizeComparisons } from './summary.js';

const options = { fs: goldenFs, length: goldenLength };
const golden = compareBeats(goldenReference, goldenTest, options);
const plain = compareBeats(marks('110000 N, 110300 N'), marks('110000 N, 110320 N'), options);

describe('summarizeComparisons', () => {
  it('weighs beats for the gross figures and records for the average ones', () => {
    const { figures, records, mapping } = summarizeComparisons([golden, plain]);
    expect([records, mapping]).toEqual([2, 'ec57']);
    expect(figures.qrsSensitivity).toEqual({
      gross: (100 * 21) / 23,
      average: ((100 * 19) / 21 + 100) / 2,
      records: 2,
    });
    expect(figures.vebSensitivity).toEqual({ gross: 100 / 3, average: 100 / 3, records: 1 });
  });

  it('does not hold Q beats called S against the S predictivity', () => {
    expect(summarizeComparisons([golden, golden]).figures.svebPredictivity.gross).toBeCloseTo(200 / 3, 10);
  });

  it('pools RR errors in milliseconds, whatever the sampling rate', () => {
    const slow = compareBeats(marks('500 N, 600 N'), marks('500 N, 610 N'), { fs: 100, start: 0, window: 0.2 });
    expect(rmsRrError(slow)).toBe(100);
    const { gross, average } = summarizeComparisons([plain, slow]).figures.rmsRrError;
    const milliseconds = (20 * 1000) / 360;
    expect(gross).toBeCloseTo(Math.sqrt((milliseconds ** 2 + 100 ** 2) / 2), 10);
    expect(average).toBeCloseTo((milliseconds + 100) / 2, 10);
  });

  it('refuses nothing and a mixture', () => {
    const other = compareBeats([], [], { ...options, mapping: 'dechazal' });
    expect(() => summarizeComparisons([])).toThrow(EcgError);
    expect(() => summarizeComparisons([golden, other])).toThrow(/different mappings/);
  });
});
