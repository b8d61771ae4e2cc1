import { EcgError } from '@ecgpu/ecg-dsp';
import { type RhythmClass, rhythmClasses } from './classes.js';
import type { RhythmReference } from './reference-file.js';

/** The challenge's own figures. A figure is null where nothing of its classes was there and nothing was answered. */
export interface RhythmScore {
  /** Recordings scored. */
  readonly recordings: number;
  /** Rows: what was there; columns: what was answered; both in the order of `rhythmClasses`. */
  readonly confusion: readonly (readonly number[])[];
  /** F1 of each class. */
  readonly classes: Readonly<Record<RhythmClass, number | null>>;
  /** The challenge's score: the mean of all nine; null where one is, as it then divides 0 by 0. */
  readonly score: number | null;
  /** Mean over the classes that have a figure. Not the challenge's score, unless it is the same. */
  readonly meanOfPresent: number | null;
  readonly groups: {
    readonly AF: number | null;
    readonly block: number | null;
    readonly prematureContraction: number | null;
    readonly stChange: number | null;
  };
}

const GROUPS: { readonly [K in keyof RhythmScore['groups']]: readonly RhythmClass[] } = {
  AF: ['AF'],
  block: ['I-AVB', 'LBBB', 'RBBB'],
  prematureContraction: ['PAC', 'PVC'],
  stChange: ['STD', 'STE'],
};

/**
 * The score of the China Physiological Signal Challenge 2018 (Liu et al. 2018): one answer a recording, right where it is any
 * of the recording's labels, otherwise counted as a confusion with the first. F1 of class i is 2·Nii / (Ni· + N·i), of a
 * group 2·ΣNii / Σ(Ni· + N·i), the score the mean of the nine.
 *
 * @param answers the class answered for each recording, by name.
 * @throws EcgError `NO_REFERENCE` for an answer to a recording that has no label.
 */
export function scoreRhythms(
  answers: ReadonlyMap<string, RhythmClass>,
  references: readonly RhythmReference[],
): RhythmScore {
  const labels = new Map(references.map(({ record, classes }) => [record, classes]));
  const confusion = rhythmClasses.map(() => rhythmClasses.map(() => 0));
  for (const [record, answer] of answers) {
    const truth = labels.get(record);
    if (truth === undefined) {
      throw new EcgError('NO_REFERENCE', `There is no label for ${record}`, {
        where: record,
        fix: 'Give the REFERENCE.csv that lists it.',
      });
    }
    const row = truth.includes(answer) ? answer : truth[0];
    confusion[rhythmClasses.indexOf(row)]![rhythmClasses.indexOf(answer)]!++;
  }
  const f1 = (group: readonly RhythmClass[]): number | null => {
    let [right, marks] = [0, 0];
    for (const name of group) {
      const k = rhythmClasses.indexOf(name);
      right += confusion[k]![k]!;
      marks += confusion[k]!.reduce((a, b) => a + b, 0) + confusion.reduce((sum, row) => sum + row[k]!, 0);
    }
    return marks === 0 ? null : (2 * right) / marks;
  };
  const figures = rhythmClasses.map((name) => [name, f1([name])] as const);
  const present = figures.flatMap(([, figure]) => (figure === null ? [] : [figure]));
  const mean = present.length === 0 ? null : present.reduce((a, b) => a + b, 0) / present.length;
  return {
    recordings: answers.size,
    confusion,
    classes: Object.fromEntries(figures) as Record<RhythmClass, number | null>,
    score: present.length === rhythmClasses.length ? mean : null,
    meanOfPresent: mean,
    groups: {
      AF: f1(GROUPS.AF),
      block: f1(GROUPS.block),
      prematureContraction: f1(GROUPS.prematureContraction),
      stChange: f1(GROUPS.stChange),
    },
  };
}

/** Figures of all labels together, stricter than the challenge's: every label must be found, and no other. */
export interface RhythmLabelFigures {
  readonly found: number;
  readonly missed: number;
  readonly extra: number;
  /** 2·found / (2·found + missed + extra); null where there is nothing to find and nothing was. */
  readonly f1: number | null;
}

/** For each class, its labels found, missed and given without being there. */
export function labelFigures(
  findings: ReadonlyMap<string, readonly RhythmClass[]>,
  references: readonly RhythmReference[],
): Readonly<Record<RhythmClass, RhythmLabelFigures>> {
  const scored = references.filter(({ record }) => findings.has(record));
  const figures = rhythmClasses.map((name) => {
    let [found, missed, extra] = [0, 0, 0];
    for (const { record, classes } of scored) {
      const [there, called] = [classes.includes(name), findings.get(record)!.includes(name)];
      if (there && called) found++;
      else if (there) missed++;
      else if (called) extra++;
    }
    const marks = 2 * found + missed + extra;
    return [name, { found, missed, extra, f1: marks === 0 ? null : (2 * found) / marks }] as const;
  });
  return Object.fromEntries(figures) as Record<RhythmClass, RhythmLabelFigures>;
}

/** Answers as the challenge wants them handed in: a line of column names, then name and class number a line. */
export function formatAnswers(answers: ReadonlyMap<string, RhythmClass>): string {
  const lines = [...answers].map(([record, answer]) => `${record},${rhythmClasses.indexOf(answer) + 1}`);
  return `${['Recording,Result', ...lines].join('\n')}\n`;
}
