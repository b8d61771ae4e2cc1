import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import type { RecordClassifier } from '../classifier.js';
import { mostLikely } from '../classify.js';
import { type BeatSet, beatSetInputs } from '../data/beat-set.js';
import { recordRanges } from '../data/encoded-beats.js';
import { type Evaluation, evaluateCalls, type RecordCalls } from './evaluation.js';

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
  const { contract, count, labels, recordOf, records } = set;
  const { classes } = contract;
  const calls = records.map(({ name }): RecordCalls & { reference: BeatLabel[]; predicted: BeatLabel[] } => ({
    record: name,
    reference: [],
    predicted: [],
  }));
  for (const { from, to } of recordRanges(set)) {
    const { logits } = await classifier.predict(beatSetInputs(set, from, to));
    onProgress?.(to, count);
    const { reference, predicted } = calls[recordOf[from]!]!;
    for (let beat = from; beat < to; beat++) {
      const annotated = beatLabels[labels[beat]!]!;
      if (!classes.includes(annotated)) continue;
      const at = (beat - from) * classes.length;
      reference.push(annotated);
      predicted.push(classes[mostLikely(logits.subarray(at, at + classes.length))]!);
    }
  }
  return calls;
}
