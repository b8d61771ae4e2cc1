import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { describe, expect, it } from 'vitest';
import { evaluateCalls } from './evaluation.js';
import { summarise, summaryTable } from './summary.js';

const labels = (text: string) => [...text] as BeatLabel[];
const evaluation = (first: string, second: string) =>
  evaluateCalls(
    [
      { record: '100', reference: labels('NNNNSSVV'), predicted: labels(first) },
      { record: '202', reference: labels('NNVVF'), predicted: labels(second) },
    ],
    'dechazal',
  );

describe('summarise', () => {
  const perfect = evaluation('NNNNSSVV', 'NNVVF');
  const poor = evaluation('NNNNNSVV', 'NNVVN');

  it('gives the mean and the range over models, and an interval over records', () => {
    const { f1, models, records } = summarise([perfect, poor]);
    expect([models, records]).toEqual([2, 2]);
    // The poor model finds one of two S and calls nothing else so: F1 2/3.
    expect(f1.S).toMatchObject({ least: 2 / 3, most: 1 });
    expect(f1.S.mean).toBeCloseTo(5 / 6, 12);
    expect(f1.V).toMatchObject({ mean: 1, low: 1, high: 1 });
    expect(f1.macro.low!).toBeLessThanOrEqual(f1.macro.mean!);
    expect(f1.macro.high!).toBeGreaterThanOrEqual(f1.macro.mean!);
  });

  it('leaves records out, and says which', () => {
    const { f1, without, records } = summarise([poor], { without: ['202', '999'] });
    expect(without).toEqual(['202']);
    expect(records).toBe(1);
    expect(f1.F.mean).toBeNull();
    expect(f1.S.mean).toBeCloseTo(2 / 3, 12);
    expect(summaryTable([summarise([poor]), summarise([poor], { without: ['202'] })])).toContain('without 202');
  });

  it('refuses evaluations of other records', () => {
    const other = evaluateCalls([{ record: '1', reference: [], predicted: [] }], 'dechazal');
    const refused = expect.objectContaining({ code: 'SUMMARY_RECORDS', fix: expect.any(String) });
    expect(() => summarise([perfect, other])).toThrow(refused);
    expect(() => summarise([])).toThrow(refused);
    expect(() => summarise([perfect], { without: ['100', '202'] })).toThrow(refused);
  });
});
