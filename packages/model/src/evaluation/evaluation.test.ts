import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { macroClasses } from '@ecgpu/ecg-dsp/ec57';
import { describe, expect, it } from 'vitest';
import { evaluateCalls, evaluationReport } from './evaluation.js';

const labels = (text: string) => [...text] as BeatLabel[];

describe('evaluateCalls', () => {
  const calls = [
    { record: '100', reference: labels('NNNNSSVV'), predicted: labels('NNNSSNVV') },
    { record: '200', reference: labels('NNVVF'), predicted: labels('NNVNN') },
  ];
  const evaluation = evaluateCalls(calls, 'dechazal');

  it('pools the records and keeps each', () => {
    expect(evaluation.matrix.N).toEqual({ N: 5, S: 1, V: 0, F: 0, Q: 0 });
    expect(evaluation.matrix.V).toEqual({ N: 1, S: 0, V: 3, F: 0, Q: 0 });
    expect(evaluation.overall.accuracy).toBeCloseTo(9 / 13, 12);
    expect(evaluation.classes.V).toMatchObject({ support: 4, predicted: 3, sensitivity: 0.75, predictivity: 1 });
    expect(evaluation.classes.F).toMatchObject({ support: 1, sensitivity: 0, predictivity: null, f1: 0 });
    const f1 = macroClasses.map((label) => evaluation.classes[label].f1!);
    expect(evaluation.overall.macroF1).toBeCloseTo(f1.reduce((sum, x) => sum + x, 0) / 4, 12);
    expect(evaluation.records.map(({ record, overall }) => [record, overall.beats])).toEqual([
      ['100', 8],
      ['200', 5],
    ]);
    expect(evaluation.records[1]!.classes.S.sensitivity).toBeNull();
  });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });

  it('prints the mapping, the figures and a line a record', () => {
    const report = evaluationReport(evaluation);
    expect(report).toContain('dechazal');
    const lines = report.split('\n');
    expect(lines.find((line) => line.startsWith('100 '))).toMatch(
      /^100 +8 +75\.0 +2 +50\.0 +50\.0 +50\.0 +2 +100\.0 +100\.0 +100\.0 +0 +- +- +-$/,
    );
    expect(lines.find((line) => line.startsWith('200 '))).toContain('60.0');
  });

  it('refuses calls that are not one a beat, and takes no records at all', () => {
    const short = [{ record: '1', reference: labels('NN'), predicted: labels('N') }];
    expect(() => evaluateCalls(short, 'ec57')).toThrow(expect.objectContaining({ code: 'CONFUSION_LENGTH' }));
    expect(evaluateCalls([], 'ec57').overall).toMatchObject({ beats: 0, accuracy: null, macroF1: null });
  });
});
