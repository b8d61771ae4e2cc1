import { count, list, number, object, optional, type Reader, text } from '../json/readers.js';
import type { StageName } from '../record/median.js';
import { TEMPERATURES } from './temperature.js';

/** What a model's probabilities were calibrated with; part of its file. Without it they are softmax(logits). */
export interface Calibration {
  /** Logits are divided by it. */
  readonly temperature: number;
  /** Records that were held out together, each scored by a model of the same recipe that had not learned from them. */
  readonly folds: readonly (readonly string[])[];
  /** Beats of the folds. */
  readonly beats: number;
  /** Expected calibration error of those beats' probabilities as the networks gave them, */
  readonly eceBefore: number;
  /** and of each fold's at the temperature of the other folds. */
  readonly eceAfter: number;
  /** The command line that calibrated it. */
  readonly command: string;
  /** SHA-256 of the model file as it was before; its weights are these. */
  readonly of: string;
  /**
   * Of the stage that sees vectors as they are, for a model with a relative stage: for one lead, short records and streams. What
   * stands above is then of the relative stage, which calls whole records of two leads.
   */
  readonly plain?: StageCalibration;
}

/** One stage's temperature, fitted to the same beats. */
export type StageCalibration = Pick<Calibration, 'temperature' | 'eceBefore' | 'eceAfter'>;

/** The temperature of what a stage called; of models that have one stage or none, the only one. */
export function temperatureOf(
  { temperature, plain }: Pick<Calibration, 'temperature' | 'plain'>,
  stage: StageName = 'plain',
): number {
  return stage === 'plain' && plain ? plain.temperature : temperature;
}

/**
 * A calibration as it was in a model file, checked.
 *
 * @throws EcgError `CONTRACT_INVALID`, naming the field.
 */
export function readCalibration(value: unknown): Calibration {
  return calibrationReader(value, 'calibration');
}

const { least, most } = TEMPERATURES;
const share = number('a share, 0 to 1', (x) => x >= 0 && x <= 1);

const temperature = number(`a number from ${least} to ${most}`, (x) => x >= least && x <= most);

const calibrationReader: Reader<Calibration> = object<Calibration>({
  temperature,
  folds: list(list(text)),
  beats: count,
  eceBefore: share,
  eceAfter: share,
  command: text,
  of: text,
  plain: optional(object<StageCalibration>({ temperature, eceBefore: share, eceAfter: share })),
});
