import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EcgError } from '../errors.js';
import {
  addConfusions,
  type ConfusionMatrix,
  classFigures,
  confusionMatrix,
  confusionOfCells,
  overallFigures,
} from './confusion.js';
import { classificationReport, textTable } from './confusion-table.js';
import { goldenFs, goldenLength, goldenReference, goldenTest } from './golden.fixture.js';
import { type BeatLabel, beatLabels } from './labels.js';
import { compareBeats } from './match.js';

/** Rows and columns in the order N S V F Q. */
function matrix(...counts: number[][]): ConfusionMatrix {
  const row = (r: number) => Object.fromEntries(beatLabels.map((label, c) => [label, counts[r]?.[c] ?? 0]));
  return Object.fromEntries(beatLabels.map((label, r) => [label, row(r)])) as unknown as ConfusionMatrix;
}

const example = matrix([90, 4, 3, 2, 1], [5, 10, 5, 0, 0], [1, 2, 16, 1, 0], [2, 0, 3, 5, 0], [0, 0, 0, 0, 0]);

describe('confusionMatrix', () => {
  it('counts pairs, reference first', () => {
    const { N, V } = confusionMatrix(['N', 'V', 'V'], ['N', 'N', 'V']);
    expect([N.N, V.N, V.V, N.V]).toEqual([1, 1, 1, 0]);
  });

  it('refuses lists of different lengths', () => {
    expect(() => confusionMatrix(['N'], [])).toThrow(EcgError);
  });

  it('takes the pairs of a comparison and leaves missed and extra beats', () => {
    const { cells } = compareBeats(goldenReference, goldenTest, { fs: goldenFs, length: goldenLength });
    expect(confusionOfCells(cells)).toEqual(
      matrix([6, 1, 1, 0, 0], [1, 2, 0, 0, 0], [1, 0, 1, 1, 0], [1, 0, 1, 0, 0], [1, 1, 1, 0, 0]),
    );
  });

  it('adds up over records', () => {
    expect(addConfusions([example, example]).S.V).toBe(10);
    expect(overallFigures(addConfusions([])).beats).toBe(0);
  });
});

describe('figures', () => {
  it('of a class, against all others', () => {
    expect(classFigures(example, 'V')).toEqual({
      support: 20,
      predicted: 27,
      sensitivity: 16 / 20,
      predictivity: 16 / 27,
      f1: 32 / 47,
      falsePositiveRate: 11 / 130,
    });
    expect(classFigures(example, 'Q')).toMatchObject({ sensitivity: null, predictivity: 0, f1: 0 });
  });

  it('of a class that is nowhere, are null', () => {
    expect(classFigures(matrix([5]), 'S')).toEqual({
      support: 0,
      predicted: 0,
      sensitivity: null,
      predictivity: null,
      f1: null,
      falsePositiveRate: 0,
    });
  });

  it('of all classes', () => {
    const { accuracy, kappa, jKappa, macroF1 } = overallFigures(example);
    const chance = (100 * 98 + 20 * 16 + 20 * 27 + 10 * 8) / 150 ** 2;
    expect(accuracy).toBeCloseTo(121 / 150, 12);
    expect(kappa).toBeCloseTo((121 / 150 - chance) / (1 - chance), 12);
    expect(macroF1).toBeCloseTo((180 / 198 + 20 / 36 + 32 / 47 + 10 / 18) / 4, 12);
    expect(jKappa).toBeCloseTo(kappa! / 2 + (10 / 20 + 10 / 16 + 16 / 20 + 16 / 27) / 8, 12);
  });

  it('are null where nothing defines them', () => {
    expect(overallFigures(matrix())).toEqual({ beats: 0, accuracy: null, macroF1: null, kappa: null, jKappa: null });
    // One class on both sides: all agreement may be chance.
    expect(overallFigures(matrix([7]))).toMatchObject({ accuracy: 1, kappa: null, jKappa: null, macroF1: 1 });
  });

  it('stay in their ranges, and are perfect for the perfect', () => {
    const labels = fc.array(fc.tuple(fc.constantFrom(...beatLabels), fc.constantFrom(...beatLabels)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(labels, (pairs) => {
        const table = confusionMatrix(
          pairs.map(([reference]) => reference),
          pairs.map(([, predicted]) => predicted),
        );
        const figures = [...beatLabels.map((label) => classFigures(table, label)), overallFigures(table)];
        for (const [name, value] of figures.flatMap((set) => Object.entries(set) as [string, number | null][])) {
          if (value === null || ['support', 'predicted', 'beats'].includes(name)) continue;
          expect(value, name).toBeGreaterThanOrEqual(['kappa', 'jKappa'].includes(name) ? -1 : 0);
          expect(value, name).toBeLessThanOrEqual(1 + 1e-12);
        }
        const reference = pairs.map(([label]): BeatLabel => label);
        const perfect = overallFigures(confusionMatrix(reference, reference));
        expect(perfect.accuracy).toBe(reference.length === 0 ? null : 1);
      }),
    );
  });
});

describe('text', () => {
  it('stands in columns', () => {
    expect(
      textTable(
        ['class', 'Se'],
        [
          ['N', '99.10'],
          ['longest', '-'],
        ],
      ),
    ).toBe('class       Se\n-------  -----\nN        99.10\nlongest      -\n');
  });

  it('of a classification names the mapping and hides no undefined figure', () => {
    expect(classificationReport(example, 'dechazal')).toBe(`dechazal: reference   n   s   v  f  q
-------------------  --  --  --  -  -
N                    90   4   3  2  1
S                     5  10   5  0  0
V                     1   2  16  1  0
F                     2   0   3  5  0
Q                     0   0   0  0  0

class  beats  called   Se %   +P %   F1 %  FPR %
-----  -----  ------  -----  -----  -----  -----
N        100      98  90.00  91.84  90.91  16.00
S         20      16  50.00  62.50  55.56   4.62
V         20      27  80.00  59.26  68.09   8.46
F         10       8  50.00  62.50  55.56   2.14
Q          0       1      -   0.00   0.00   0.67

beats  accuracy %  macro-F1 % (N S V F)  kappa  j-kappa
-----  ----------  --------------------  -----  -------
150         80.67                 67.53  0.630    0.630
`);
  });
});
