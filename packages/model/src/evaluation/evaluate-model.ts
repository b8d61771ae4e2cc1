import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import { mostLikely } from '../classify.js';
import { type BeatSet, beatSetInputs } from '../data/beat-set.js';
import type { BeatClassifier } from '../inference.js';
import { type Evaluation, evaluateCalls, type RecordCalls } from './evaluation.js';

/**
 * Classifies the annotated beats of a set at their annotated R peaks and scores them. Beats of classes that the model does
 * not have (Q) are left out, as the protocols do.
 */
export async function evaluateOnBeats(
  set: BeatSet,
  classifier: BeatClassifier,
  onProgress?: (done: number, total: number) => void,
): Promise<Evaluation> {
  const { contract, count, labels, recordOf, records } = set;
  const { classes } = contract;
  const { logits } = await classifier.predict(beatSetInputs(set), onProgress);
  const calls = records.map(({ name }): RecordCalls & { reference: BeatLabel[]; predicted: BeatLabel[] } => ({
    record: name,
    reference: [],
    predicted: [],
  }));
  for (let beat = 0; beat < count; beat++) {
    const reference = beatLabels[labels[beat]!]!;
    if (!classes.includes(reference)) continue;
    const record = calls[recordOf[beat]!]!;
    record.reference.push(reference);
    record.predicted.push(classes[mostLikely(logits.subarray(beat * classes.length, (beat + 1) * classes.length))]!);
  }
  return evaluateCalls(calls, contract.mapping);
}
