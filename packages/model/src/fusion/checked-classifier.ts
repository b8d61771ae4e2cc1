import { mostLikely } from '../logits/most-likely.js';
import type { InputContract } from '../preprocess/contract.js';
import type { RecordClassifier } from '../record-classifier.js';
import { checkFusion, type FusionCheck, isForFusionCheck } from './fusion-check.js';

/** How many calls a check of a record's fusion beats has changed. */
export interface FusionChanges {
  /** Beats that are F and were called otherwise. */
  readonly toFusion: number;
  /** Beats that were called F and are not. */
  readonly fromFusion: number;
}

/**
 * A classifier whose calls of whole records are checked for fusion beats. Where a call is changed, the two classes exchange
 * their logits and their probabilities: it is as sure as the call that it replaces.
 */
export function withFusionCheck(
  classifier: RecordClassifier,
  check: FusionCheck,
  contract: InputContract,
): RecordClassifier {
  const { classes } = contract;
  const fusion = classes.indexOf('F');
  return {
    predict: async (beats, onProgress) => {
      const predicted = await classifier.predict(beats, onProgress);
      if (!isForFusionCheck(check, beats)) return predicted;
      const [logits, probabilities] = [predicted.logits.slice(), predicted.probabilities.slice()];
      const moved = checkFusion(check, contract, beats, predicted);
      for (const { beat, to } of moved) {
        const at = beat * classes.length;
        const called = mostLikely(predicted.logits.subarray(at, at + classes.length));
        for (const rows of [logits, probabilities])
          [rows[at + called], rows[at + to]] = [rows[at + to]!, rows[at + called]!];
      }
      const toFusion = moved.filter(({ to }) => to === fusion).length;
      return { ...predicted, logits, probabilities, fusion: { toFusion, fromFusion: moved.length - toFusion } };
    },
    release: () => classifier.release(),
  };
}
