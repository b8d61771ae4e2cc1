import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { addConfusions, classFigures, overallFigures, textTable } from '@ecgpu/ecg-dsp/ec57';
import type { Evaluation } from '@ecgpu/model';
import type { AverageF1 } from './training-protocol.js';

/** Means of F1 over some classes, of all records or without some. */
export function averageF1(
  { records }: Evaluation,
  classes: readonly BeatLabel[],
  without: readonly string[] = [],
): AverageF1 {
  const matrix = addConfusions(records.filter(({ record }) => !without.includes(record)).map(({ matrix }) => matrix));
  const figures = classes.map((label) => classFigures(matrix, label)).filter(({ support }) => support > 0);
  const beats = figures.reduce((sum, { support }) => sum + support, 0);
  const weighed = figures.reduce((sum, { support, f1 }) => sum + support * (f1 ?? 0), 0);
  return {
    classes,
    without: without.filter((name) => records.some(({ record }) => record === name)),
    macro: overallFigures(matrix, classes).macroF1,
    weighted: beats === 0 ? null : weighed / beats,
  };
}

export function averagesTable(averages: readonly AverageF1[]): string {
  const percentage = (fraction: number | null) => (fraction === null ? '-' : (100 * fraction).toFixed(2));
  return textTable(
    ['average F1 over', 'of records', 'macro %', 'by beats %'],
    averages.map(({ classes, without, macro, weighted }) => [
      classes.join(' '),
      without.length === 0 ? 'all' : `without ${without.join(', ')}`,
      percentage(macro),
      percentage(weighted),
    ]),
  );
}
