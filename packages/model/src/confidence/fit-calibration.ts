import { type ScoredBeats, scoredBeatsOf } from '../evaluation/scored-beats.js';
import { type Reliability, reliability } from './reliability.js';
import { fitTemperature } from './temperature.js';

export interface CalibrationFit {
  /** Of all folds' beats together. */
  readonly temperature: number;
  /** Of all folds' beats but each one's, in the order of the folds. */
  readonly foldTemperatures: readonly number[];
  /** Of the probabilities as the networks gave them. */
  readonly before: Reliability;
  /** Of each fold's at the temperature of the others: what the temperature is worth on people it was not fitted to. */
  readonly after: Reliability;
}

/**
 * Fits a temperature to out-of-fold beats.
 *
 * @param folds records that were held out together; two or more.
 * @throws EcgError `TEMPERATURE_UNDEFINED`
 */
export function fitCalibration(scored: ScoredBeats, folds: readonly (readonly string[])[]): CalibrationFit {
  const foldTemperatures = folds.map((fold) =>
    fitTemperature(
      scoredBeatsOf(
        scored,
        scored.records.filter((record) => !fold.includes(record)),
      ),
    ),
  );
  const foldOf = scored.records.map((record) => folds.findIndex((fold) => fold.includes(record)));
  const width = scored.classes.length;
  const logits = scored.logits.map(
    (logit, at) => logit / (foldTemperatures[foldOf[scored.recordOf[Math.floor(at / width)]!]!] ?? 1),
  );
  return {
    temperature: fitTemperature(scored),
    foldTemperatures,
    before: reliability(scored),
    after: reliability({ ...scored, logits }),
  };
}
