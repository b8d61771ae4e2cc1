import { EcgError } from '@ecgpu/ecg-dsp';
import {
  addConfusions,
  bootstrapByRecord,
  type ConfusionMatrix,
  classFigures,
  overallFigures,
  textTable,
} from '@ecgpu/ecg-dsp/ec57';
import type { Evaluation } from './evaluation.js';

export const summaryFigures = ['N', 'S', 'V', 'F', 'macro'] as const;
export type SummaryFigure = (typeof summaryFigures)[number];

/** A figure over several models: those of one recipe with different seeds. Fractions; null where nothing defines it. */
export interface FigureSummary {
  readonly mean: number | null;
  /** Of the models. */
  readonly least: number | null;
  readonly most: number | null;
  /** 95 % interval of the mean over other patients like these: bootstrap over records. */
  readonly low: number | null;
  readonly high: number | null;
}

/** F1 of each class and their mean, over models and patients. */
export interface EvaluationSummary {
  readonly models: number;
  readonly records: number;
  /** Records that were left out. */
  readonly without: readonly string[];
  readonly f1: Readonly<Record<SummaryFigure, FigureSummary>>;
}

export interface SummaryOptions {
  /** Records to leave out. */
  readonly without?: readonly string[];
  /** Of the bootstrap. */
  readonly seed?: number;
}

/**
 * Sums up the evaluations of several models on the same records.
 *
 * @throws EcgError `SUMMARY_RECORDS` where they are not of the same records, or none are left.
 */
export function summarise(
  evaluations: readonly Evaluation[],
  { without = [], seed = 0 }: SummaryOptions = {},
): EvaluationSummary {
  const names = (evaluations[0]?.records ?? []).map(({ record }) => record).filter((name) => !without.includes(name));
  const same = evaluations.every(({ records }) => names.every((name) => records.some(({ record }) => record === name)));
  if (names.length === 0 || !same) {
    throw new EcgError('SUMMARY_RECORDS', 'The evaluations have no records in common.', {
      where: 'summarise',
      fix: 'Score every model on the same records.',
    });
  }
  /** Of each record, a matrix a model. */
  const matrices = names.map((name) =>
    evaluations.map(({ records }) => records.find(({ record }) => record === name)!.matrix),
  );
  const summaryOf = (figure: SummaryFigure): FigureSummary => {
    const ofModel = (sample: readonly (readonly ConfusionMatrix[])[], model: number) =>
      figureOf(addConfusions(sample.map((record) => record[model]!)), figure);
    const ofModels = (sample: readonly (readonly ConfusionMatrix[])[]) => {
      const values = evaluations.map((_, model) => ofModel(sample, model));
      return values.includes(null) ? null : values.reduce<number>((sum, x) => sum + x!, 0) / values.length;
    };
    const values = evaluations.flatMap((_, model) => ofModel(matrices, model) ?? []);
    const { estimate, low, high } = bootstrapByRecord(matrices, ofModels, { seed });
    return {
      mean: estimate,
      least: values.length > 0 ? Math.min(...values) : null,
      most: values.length > 0 ? Math.max(...values) : null,
      low,
      high,
    };
  };
  const f1 = Object.fromEntries(summaryFigures.map((figure) => [figure, summaryOf(figure)]));
  return {
    models: evaluations.length,
    records: names.length,
    without: without.filter((name) => evaluations[0]!.records.some(({ record }) => record === name)),
    f1: f1 as EvaluationSummary['f1'],
  };
}

/** One line a summary: mean F1 with the models' range and the records' interval. */
export function summaryTable(summaries: readonly EvaluationSummary[]): string {
  const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1));
  const lines = summaries.map(({ without, records, f1 }) => [
    without.length > 0 ? `without ${without.join(', ')}` : 'all',
    `${records}`,
    ...summaryFigures.map((figure) => {
      const { mean, least, most, low, high } = f1[figure];
      return `${percent(mean)} (${percent(least)}-${percent(most)}) [${percent(low)}, ${percent(high)}]`;
    }),
  ]);
  return textTable(['records', 'n', ...summaryFigures.map((figure) => `${figure} F1 %`)], lines);
}

function figureOf(matrix: ConfusionMatrix, figure: SummaryFigure): number | null {
  return figure === 'macro' ? overallFigures(matrix).macroF1 : classFigures(matrix, figure).f1;
}
