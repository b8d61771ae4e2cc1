import { describe, expect, it } from 'vitest';
import type { RhythmClass } from './classes.js';
import { rhythmFolds } from './folds.js';
import { type RhythmReference, readReferenceFile } from './reference-file.js';
import { formatAnswers, labelFigures, scoreRhythms } from './scoring.js';

const reference = (record: string, ...classes: [RhythmClass, ...RhythmClass[]]): RhythmReference => ({
  record,
  classes,
});

describe('the score of CPSC 2018', () => {
  const references = [
    reference('a', 'AF'),
    reference('b', 'RBBB', 'PVC'),
    reference('c', 'RBBB', 'AF'),
    reference('d', 'Normal'),
    reference('e', 'PAC'),
  ];
  const answers = new Map<string, RhythmClass>([
    ['a', 'AF'],
    ['b', 'PVC'],
    ['c', 'STD'],
    ['d', 'AF'],
    ['e', 'PVC'],
  ]);
  const score = scoreRhythms(answers, references);

  it('takes any label of a recording for right, and a wrong answer for a confusion with the first', () => {
    const [normal, af, , , rbbb, pac, pvc] = score.confusion;
    expect(af![1]).toBe(1);
    expect(pvc![6]).toBe(1);
    expect(rbbb![7]).toBe(1);
    expect(normal![1]).toBe(1);
    expect(pac![6]).toBe(1);
    expect(score.confusion.flat().reduce((a, b) => a + b, 0)).toBe(5);
  });

  it('has the figures that its formulas give by hand', () => {
    // AF: N22 = 1, row 1, column 2. PVC: N77 = 1, row 1, column 2. Premature contraction: 1 right, rows 1 + 1, columns 0 + 2.
    expect(score.classes).toMatchObject({ AF: 2 / 3, PVC: 2 / 3, PAC: 0, RBBB: 0, STD: 0, Normal: 0, LBBB: null });
    expect(score.groups).toEqual({ AF: 2 / 3, block: 0, prematureContraction: 2 / 4, stChange: 0 });
  });

  it('has no score where a class is neither there nor answered: the challenge divides 0 by 0', () => {
    expect(score.score).toBeNull();
    expect(score.meanOfPresent).toBeCloseTo((2 / 3 + 2 / 3) / 6, 12);
  });

  it('is 1 where every answer is right', () => {
    const all = ['Normal', 'AF', 'I-AVB', 'LBBB', 'RBBB', 'PAC', 'PVC', 'STD', 'STE'] as const;
    const perfect = scoreRhythms(
      new Map(all.map((name) => [name, name])),
      all.map((name) => reference(name, name)),
    );
    expect(perfect.score).toBe(1);
  });

  it('refuses an answer to a recording without label', () => {
    expect(() => scoreRhythms(new Map([['x', 'AF']]), references)).toThrow(
      expect.objectContaining({ code: 'NO_REFERENCE' }),
    );
  });

  it('counts labels one by one beside it', () => {
    const figures = labelFigures(
      new Map<string, RhythmClass[]>([
        ['a', ['AF', 'PVC']],
        ['b', ['RBBB']],
      ]),
      references,
    );
    expect(figures.AF).toEqual({ found: 1, missed: 0, extra: 0, f1: 1 });
    expect(figures.PVC).toEqual({ found: 0, missed: 1, extra: 1, f1: 0 });
    expect(figures.STE.f1).toBeNull();
  });

  it('writes answers as they are handed in', () => {
    expect(formatAnswers(new Map([['A0001', 'RBBB']]))).toBe('Recording,Result\nA0001,5\n');
  });
});

describe('REFERENCE.csv', () => {
  const head = 'Recording,First_label,Second_label,Third_label\r\n';

  it('has one to three classes a recording', () => {
    expect(readReferenceFile(`${head}A0001,5,,\r\nA0002,2,5,7\r\n`)).toEqual([
      reference('A0001', 'RBBB'),
      reference('A0002', 'AF', 'RBBB', 'PVC'),
    ]);
  });

  it.each([
    ['no column names', 'A0001,5,,\n', 1],
    ['a class that is not there', `${head}A0001,10,,\n`, 2],
    ['no class', `${head}A0001,,,\n`, 2],
    ['a second class without a first', `${head}A0001,,5,\n`, 2],
    ['four classes', `${head}A0001,1,2,3,4\n`, 2],
    ['a recording twice', `${head}A0001,1,,\nA0001,2,,\n`, 3],
    ['a path for a name', `${head}../x,1,,\n`, 2],
  ])('refuses %s, with its line', (_, text, line) => {
    expect(() => readReferenceFile(text)).toThrow(expect.objectContaining({ code: 'REFERENCE_SYNTAX', line }));
  });
});

describe('folds', () => {
  const classes = ['Normal', 'AF', 'RBBB'] as const;
  const references = Array.from({ length: 60 }, (_, i) => reference(`r${i}`, classes[i % 3]!));

  it('hold every recording once, and about the same share of each class', () => {
    const folds = rhythmFolds(references, 4, 1);
    expect(folds.flat().sort()).toEqual(references.map(({ record }) => record).sort());
    for (const fold of folds) {
      const counts = classes.map(
        (name) => fold.filter((record) => classes[Number(record.slice(1)) % 3] === name).length,
      );
      expect(counts).toEqual([5, 5, 5]);
    }
  });

  it('depend on the seed, not on the order of the recordings', () => {
    expect(rhythmFolds([...references].reverse(), 4, 1)).toEqual(rhythmFolds(references, 4, 1));
    expect(rhythmFolds(references, 4, 2)).not.toEqual(rhythmFolds(references, 4, 1));
  });

  it('cannot be more than there are recordings', () => {
    expect(() => rhythmFolds(references, 61, 0)).toThrow(expect.objectContaining({ code: 'FOLDS' }));
  });
});
