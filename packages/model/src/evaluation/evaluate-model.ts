import type { BeatSet } from '../data/beat-set.js';
import type { RecordClassifier } from '../record-classifier.js';
import { type Evaluation, evaluateCalls, type RecordCalls } from './evaluation.js';
import { callsOf, scoreBeats } from './scored-beats.js';

/**
 * Classifies the annotated beats of a set at their annotated R peaks and scores them. Beats of classes that the model does
 * not have (Q) are left out, as the protocols do.
 */
export async function evaluateOnBeats(
  set: BeatSet,
  classifier: RecordClassifier,
  onProgress?: (done: number, total: number) => void,
): Promise<Evaluation> {
  return evaluateCalls(await callBeats(set, classifier, onProgress), set.contract.mapping);
}

/** The beats of each of a set's records, as annotated and as a classifier calls them. */
export async function callBeats(
  set: BeatSet,
  classifier: RecordClassifier,
  onProgress?: (done: number, total: number) => void,
): Promise<RecordCalls[]> {
  return callsOf(await scoreBeats(set, classifier, onProgress));
}
