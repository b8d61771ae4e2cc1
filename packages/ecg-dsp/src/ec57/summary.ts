import { EcgError } from '../errors.js';
import type { MappingName } from './labels.js';
import { type BeatComparison, rmsRrError } from './match.js';
import { addCells, type BeatCells, beatStatistics, percent } from './tables.js';

/** The figures of a beat-by-beat comparison in percent, and the RR error in milliseconds. */
export const figureNames = [
  'qrsSensitivity',
  'qrsPredictivity',
  'vebSensitivity',
  'vebPredictivity',
  'vebFalsePositiveRate',
  'svebSensitivity',
  'svebPredictivity',
  'rmsRrError',
] as const;
export type FigureName = (typeof figureNames)[number];

export interface FigureSummary {
  /** Of all beats of all records together, so that every beat weighs the same; null where nothing defines it. */
  readonly gross: number | null;
  /** Mean over the records that define it, so that every record weighs the same. */
  readonly average: number | null;
  /** How many records define it. */
  readonly records: number;
}

/** What several records add up to: EC57's gross and average statistics, as plain data. */
export interface ComparisonSummary {
  readonly mapping: MappingName;
  readonly records: number;
  readonly cells: BeatCells;
  readonly figures: Readonly<Record<FigureName, FigureSummary>>;
}

/** @throws EcgError EC57_EMPTY without a comparison, EC57_MAPPING where their S figures would not mean the same */
export function summarizeComparisons(comparisons: readonly BeatComparison[]): ComparisonSummary {
  const mapping = comparisons[0]?.mapping;
  if (mapping === undefined) throw new EcgError('EC57_EMPTY', 'There is no comparison to sum up', { fix: 'Give one.' });
  if (comparisons.some((comparison) => comparison.mapping !== mapping)) {
    throw new EcgError('EC57_MAPPING', 'Comparisons with different mappings have no common S figure', {
      fix: 'Compare every record with the same mapping.',
    });
  }
  const cells = addCells(comparisons.map((comparison) => comparison.cells));
  const each = comparisons.map((comparison) => figuresOf(comparison.cells, rmsRrError(comparison)));
  const gross = figuresOf(cells, grossRrError(comparisons));
  const figures = Object.fromEntries(
    figureNames.map((name): [FigureName, FigureSummary] => {
      const values = each.map((figure) => figure[name]);
      const records = values.filter((value) => value !== null).length;
      return [name, { gross: gross[name], average: mean(values), records }];
    }),
  ) as Record<FigureName, FigureSummary>;
  return { mapping, records: comparisons.length, cells, figures };
}

function figuresOf(cells: BeatCells, rr: number | null): Record<FigureName, number | null> {
  const statistics = beatStatistics(cells);
  return {
    qrsSensitivity: percent(statistics.qrsSensitivity),
    qrsPredictivity: percent(statistics.qrsPredictivity),
    vebSensitivity: percent(statistics.vebSensitivity),
    vebPredictivity: percent(statistics.vebPredictivity),
    vebFalsePositiveRate: percent(statistics.vebFalsePositiveRate),
    svebSensitivity: percent(statistics.svebSensitivity),
    svebPredictivity: percent(statistics.svebPredictivity),
    rmsRrError: rr,
  };
}

function grossRrError(comparisons: readonly BeatComparison[]): number | null {
  const count = comparisons.reduce((sum, { rr }) => sum + rr.count, 0);
  const squares = comparisons.reduce((sum, { rr, fs }) => sum + rr.sumOfSquares * (1000 / Math.round(fs)) ** 2, 0);
  return count === 0 ? null : Math.sqrt(squares / count);
}

function mean(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
