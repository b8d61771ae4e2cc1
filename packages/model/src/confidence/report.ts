import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { confusionMatrix, overallFigures, textTable } from '@ecgpu/ecg-dsp/ec57';
import type { ScoredBeats } from '../evaluation/scored-beats.js';
import { type Calibration, temperatureOf } from './calibration.js';
import { type ConfidentCalls, callsWithConfidence, type Reliability, reliability } from './reliability.js';
import { pointAtCoverage, type RiskCoveragePoint, riskCoverage } from './risk-coverage.js';

/** What is left of the beats at one coverage. */
export interface CoverageFigures extends RiskCoveragePoint {
  readonly macroF1: number | null;
  /** Share of each class's beats that are still called: what is left out is seldom N alone. */
  readonly kept: Readonly<Partial<Record<BeatLabel, number>>>;
}

/** How far a model's probabilities can be relied on: plain data, ready for JSON. */
export interface ConfidenceReport {
  /** That the probabilities are at, of each stage that called a record, that of most beats first; 1 where the model is not calibrated. */
  readonly temperatures: readonly number[];
  /** At temperature 1, where the model is calibrated. */
  readonly uncalibrated?: Pick<Reliability, 'ece' | 'nll'>;
  readonly reliability: Reliability;
  readonly aurc: number;
  /** Share of all beats that are called wrong. */
  readonly risk: number;
  readonly coverages: readonly CoverageFigures[];
  /** The risk-coverage curve at every hundredth of the beats. */
  readonly curve: readonly RiskCoveragePoint[];
}

const COVERAGES = [1, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5] as const;

/** Calibration and the risk-coverage curve of scored beats, each record's at the temperature of the stage that called it. */
export function confidenceReport(
  scored: ScoredBeats,
  calibration?: Pick<Calibration, 'temperature' | 'plain'>,
): ConfidenceReport {
  const ofRecord = scored.records.map((_, record) =>
    calibration ? temperatureOf(calibration, scored.stages?.[record]) : 1,
  );
  const ofBeat = Array.from(scored.recordOf, (record) => ofRecord[record]!);
  const width = scored.classes.length;
  const logits = Float64Array.from(scored.logits, (logit, i) => logit / ofBeat[Math.floor(i / width)]!);
  const tempered = { count: scored.count, classes: scored.classes, labels: scored.labels, logits };
  const calls = callsWithConfidence(tempered);
  const curve = riskCoverage(calls);
  const coverages = COVERAGES.map((coverage) => figuresAt(pointAtCoverage(curve, coverage), scored, calls));
  const { ece, nll } = reliability(scored);
  const beatsAt = (temperature: number) => ofBeat.filter((each) => each === temperature).length;
  return {
    temperatures: [...new Set(ofBeat)].sort((a, b) => beatsAt(b) - beatsAt(a)),
    ...(calibration ? { uncalibrated: { ece, nll } } : {}),
    reliability: reliability(tempered),
    aurc: curve.aurc,
    risk: curve.risk,
    coverages,
    curve: Array.from({ length: 100 }, (_, k) => pointAtCoverage(curve, (k + 1) / 100)),
  };
}

/** Calibration in a line, and a table of coverages. */
export function confidenceTable({
  temperatures,
  uncalibrated,
  reliability,
  aurc,
  coverages,
}: ConfidenceReport): string {
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? '-' : (100 * share).toFixed(1);
  const classes = Object.keys(coverages[0]?.kept ?? {}) as BeatLabel[];
  const before = uncalibrated ? ` (at temperature 1: ${percent(uncalibrated.ece)} %)` : '';
  const table = textTable(
    ['called %', 'of confidence', 'wrong %', 'macro F1 %', ...classes.map((label) => `of ${label} %`)],
    coverages.map(({ coverage, threshold, risk, macroF1, kept }) => [
      percent(coverage),
      threshold.toFixed(3),
      (100 * risk).toFixed(2),
      percent(macroF1),
      ...classes.map((label) => percent(kept[label])),
    ]),
  );
  const at = temperatures.map((temperature) => temperature.toFixed(3)).join(' and ');
  const state = uncalibrated ? `temperature ${at}` : 'not calibrated';
  return `Confidence: ${state}, expected calibration error ${percent(reliability.ece)} %${before}, AURC ${(100 * aurc).toFixed(2)} %.\n${table}`;
}

function figuresAt(point: RiskCoveragePoint, { classes, labels }: ScoredBeats, calls: ConfidentCalls): CoverageFigures {
  const beats = [...labels.keys()];
  const kept = beats.filter((beat) => calls.confidence[beat]! >= point.threshold);
  const matrix = confusionMatrix(
    kept.map((beat) => classes[labels[beat]!]!),
    kept.map((beat) => classes[calls.called[beat]!]!),
  );
  const shares = classes.flatMap((label, c) => {
    const own = beats.filter((beat) => labels[beat] === c).length;
    return own === 0 ? [] : [[label, kept.filter((beat) => labels[beat] === c).length / own] as const];
  });
  return { ...point, macroF1: overallFigures(matrix).macroF1, kept: Object.fromEntries(shares) };
}
