import { type ClassFigures, type ConfusionMatrix, classFigures, overallFigures } from './confusion.js';
import { beatLabels, type MappingName } from './labels.js';
import { fixed } from './printf.js';

/** Rows under headings, as text: the first column flush left, the others flush right, two blanks between. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const show = (line: readonly string[]): string =>
    widths
      .map((width, column) => (column === 0 ? (line[0] ?? '').padEnd(width) : (line[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return `${[show(headings), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(show)].join('\n')}\n`;
}

/** The matrix, the figures of each class in percent and those of all, under the name of the mapping they hold for. */
export function classificationReport(matrix: ConfusionMatrix, mapping: MappingName): string {
  const counts = beatLabels.map((label) => [label, ...beatLabels.map((predicted) => `${matrix[label][predicted]}`)]);
  const classes = beatLabels.map((label) => [label, ...figureCells(classFigures(matrix, label))]);
  const { beats, accuracy, macroF1, kappa, jKappa } = overallFigures(matrix);
  return [
    textTable([`${mapping}: reference`, ...beatLabels.map((label) => label.toLowerCase())], counts),
    textTable(['class', 'beats', 'called', 'Se %', '+P %', 'F1 %', 'FPR %'], classes),
    textTable(
      ['beats', 'accuracy %', 'macro-F1 % (N S V F)', 'kappa', 'j-kappa'],
      [[`${beats}`, percentage(accuracy), percentage(macroF1), fraction(kappa), fraction(jKappa)]],
    ),
  ].join('\n');
}

function figureCells({ support, predicted, ...figures }: ClassFigures): string[] {
  const { sensitivity, predictivity, f1, falsePositiveRate } = figures;
  const shares = [sensitivity, predictivity, f1, falsePositiveRate].map(percentage);
  return [`${support}`, `${predicted}`, ...shares];
}

function percentage(value: number | null): string {
  return value === null ? '-' : fixed(100 * value, 2);
}

function fraction(value: number | null): string {
  return value === null ? '-' : fixed(value, 3);
}
