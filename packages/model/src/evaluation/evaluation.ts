import { type BeatLabel, beatLabels, type MappingName } from '@ecgpu/ecg-dsp';
import {
  addConfusions,
  type ClassFigures,
  type ConfusionMatrix,
  classFigures,
  classificationReport,
  confusionMatrix,
  type OverallFigures,
  overallFigures,
  textTable,
} from '@ecgpu/ecg-dsp/ec57';

/** A record's beats, as the reference and as a classifier call them. */
export interface RecordCalls {
  readonly record: string;
  readonly reference: readonly BeatLabel[];
  readonly predicted: readonly BeatLabel[];
}

export interface RecordFigures {
  readonly record: string;
  readonly matrix: ConfusionMatrix;
  readonly classes: Readonly<Record<BeatLabel, ClassFigures>>;
  readonly overall: OverallFigures;
}

/** All figures of one evaluation: plain data, ready for JSON. */
export interface Evaluation {
  /** Without this name an S figure means nothing. */
  readonly mapping: MappingName;
  readonly matrix: ConfusionMatrix;
  readonly classes: Readonly<Record<BeatLabel, ClassFigures>>;
  readonly overall: OverallFigures;
  readonly records: readonly RecordFigures[];
}

/**
 * Counts calls beat by beat over reference beats, all records pooled and each on its own. Detection is not part of it: EC57's
 * comparison of annotation files is `ec57` of ecg-dsp.
 *
 * @throws EcgError `CONFUSION_LENGTH` where a record has other than one call a beat
 */
export function evaluateCalls(calls: readonly RecordCalls[], mapping: MappingName): Evaluation {
  const records = calls.map(({ record, reference, predicted }) => ({
    record,
    ...figures(confusionMatrix(reference, predicted)),
  }));
  return { mapping, ...figures(addConfusions(records.map(({ matrix }) => matrix))), records };
}

/** The pooled matrix and figures, and one line a record, as text. */
export function evaluationReport({ mapping, matrix, records }: Evaluation): string {
  const shown = ['S', 'V', 'F'] as const;
  const lines = records.map(({ record, overall, classes }) => [
    record,
    `${overall.beats}`,
    percentage(overall.accuracy),
    ...shown.flatMap((label) => {
      const { support, sensitivity, predictivity, f1 } = classes[label];
      return [`${support}`, percentage(sensitivity), percentage(predictivity), percentage(f1)];
    }),
  ]);
  const headings = shown.flatMap((label) => [label, `${label} Se %`, `${label} +P %`, `${label} F1 %`]);
  const table = textTable(['record', 'beats', 'accuracy %', ...headings], lines);
  return `${classificationReport(matrix, mapping)}\n${table}`;
}

function figures(matrix: ConfusionMatrix): Omit<Evaluation, 'mapping' | 'records'> {
  const classes = Object.fromEntries(beatLabels.map((label) => [label, classFigures(matrix, label)]));
  return { matrix, classes: classes as Record<BeatLabel, ClassFigures>, overall: overallFigures(matrix) };
}

function percentage(fraction: number | null): string {
  return fraction === null ? '-' : (100 * fraction).toFixed(1);
}
