import { EcgError } from '../errors.js';
import { type BeatLabel, beatLabels } from './labels.js';
import { type BeatCells, columnOf } from './tables.js';

/** Beats by reference class and predicted class: `matrix.V.N` is a VEB called normal. */
export type ConfusionMatrix = Readonly<Record<BeatLabel, Readonly<Record<BeatLabel, number>>>>;

/**
 * What a classifier makes of one class, against all others together, as fractions; null where nothing defines a figure.
 * Every wrong call counts here, also those that EC57 lets pass (F and Q called V, Q called S): see beatStatistics.
 */
export interface ClassFigures {
  /** Beats of the class. */
  readonly support: number;
  /** Beats called so. */
  readonly predicted: number;
  /** TP / (TP + FN). */
  readonly sensitivity: number | null;
  /** TP / (TP + FP). */
  readonly predictivity: number | null;
  /** 2 TP / (2 TP + FP + FN). */
  readonly f1: number | null;
  /** FP / (FP + TN). */
  readonly falsePositiveRate: number | null;
}

/** What a classifier makes of all classes, as fractions; null where nothing defines a figure. */
export interface OverallFigures {
  readonly beats: number;
  readonly accuracy: number | null;
  /** Mean F1 of the classes asked for, each weighing the same. */
  readonly macroF1: number | null;
  /** Cohen's kappa: agreement beyond what the marginal counts would give by chance. */
  readonly kappa: number | null;
  /** κ / 2 + (Se S + Se V + P S + P V) / 8: Mar et al., IEEE TBME 58:2168 (2011). */
  readonly jKappa: number | null;
}

/** Q is left out by default: a handful of beats in MIT-BIH, which nobody can learn. */
export const macroClasses: readonly BeatLabel[] = ['N', 'S', 'V', 'F'];

/** @throws EcgError CONFUSION_LENGTH where the lists are not of one length */
export function confusionMatrix(reference: readonly BeatLabel[], predicted: readonly BeatLabel[]): ConfusionMatrix {
  if (reference.length !== predicted.length) {
    throw new EcgError('CONFUSION_LENGTH', `${reference.length} reference labels, ${predicted.length} predicted ones`, {
      fix: 'Give one prediction for each reference beat.',
    });
  }
  const matrix = fillMatrix(() => 0);
  for (const [index, label] of reference.entries()) matrix[label][predicted[index]!]++;
  return matrix;
}

/** The pairs of a beat-by-beat comparison, without the missed and the extra beats. */
export function confusionOfCells(cells: BeatCells): ConfusionMatrix {
  return fillMatrix((reference, predicted) => cells[reference][columnOf(predicted)]);
}

export function addConfusions(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  return fillMatrix((reference, predicted) => matrices.reduce((sum, matrix) => sum + matrix[reference][predicted], 0));
}

export function classFigures(matrix: ConfusionMatrix, label: BeatLabel): ClassFigures {
  const hits = matrix[label][label];
  const support = rowSum(matrix, label);
  const predicted = columnSum(matrix, label);
  const others = beats(matrix) - support;
  return {
    support,
    predicted,
    sensitivity: quotient(hits, support),
    predictivity: quotient(hits, predicted),
    f1: quotient(2 * hits, support + predicted),
    falsePositiveRate: quotient(predicted - hits, others),
  };
}

/** @param classes those whose F1 makes the macro-F1; one that neither occurs nor is predicted is left out of the mean */
export function overallFigures(matrix: ConfusionMatrix, classes: readonly BeatLabel[] = macroClasses): OverallFigures {
  const all = beats(matrix);
  const accuracy = quotient(
    beatLabels.reduce((sum, label) => sum + matrix[label][label], 0),
    all,
  );
  const f1 = classes.flatMap((label) => classFigures(matrix, label).f1 ?? []);
  const kappa = kappaOf(matrix, accuracy, all);
  const ectopic = (['S', 'V'] as const).flatMap((label) => {
    const { sensitivity, predictivity } = classFigures(matrix, label);
    return [sensitivity, predictivity];
  });
  return {
    beats: all,
    accuracy,
    macroF1: quotient(
      f1.reduce((sum, value) => sum + value, 0),
      f1.length,
    ),
    kappa,
    jKappa:
      kappa === null || ectopic.includes(null) ? null : ectopic.reduce<number>((sum, x) => sum + x! / 8, kappa / 2),
  };
}

function kappaOf(matrix: ConfusionMatrix, accuracy: number | null, all: number): number | null {
  if (accuracy === null) return null;
  const chance = beatLabels.reduce(
    (sum, label) => sum + (rowSum(matrix, label) / all) * (columnSum(matrix, label) / all),
    0,
  );
  return quotient(accuracy - chance, 1 - chance);
}

function fillMatrix(
  value: (reference: BeatLabel, predicted: BeatLabel) => number,
): Record<BeatLabel, Record<BeatLabel, number>> {
  const row = (reference: BeatLabel): Record<BeatLabel, number> => ({
    N: value(reference, 'N'),
    S: value(reference, 'S'),
    V: value(reference, 'V'),
    F: value(reference, 'F'),
    Q: value(reference, 'Q'),
  });
  return { N: row('N'), S: row('S'), V: row('V'), F: row('F'), Q: row('Q') };
}

function rowSum(matrix: ConfusionMatrix, reference: BeatLabel): number {
  return beatLabels.reduce((sum, predicted) => sum + matrix[reference][predicted], 0);
}

function columnSum(matrix: ConfusionMatrix, predicted: BeatLabel): number {
  return beatLabels.reduce((sum, reference) => sum + matrix[reference][predicted], 0);
}

function beats(matrix: ConfusionMatrix): number {
  return beatLabels.reduce((sum, label) => sum + rowSum(matrix, label), 0);
}

function quotient(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
