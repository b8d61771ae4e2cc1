import { type RecordSource, readAnnotations } from '@ecgpu/ecg-dsp';
import { annotatedBeats } from '../data/annotated-beats.js';
import type { InputContract } from '../preprocess/contract.js';
import { readLeads } from '../preprocess/lead.js';
import type { ClassifierSource, RecordClassifier } from '../record-classifier.js';
import { callCausally } from '../streaming/classify-causally.js';
import { type ScoredBeats, scoredBeats } from './scored-beats.js';

/**
 * `scoreBeats` with what a stream knows: the annotated beats of some records at their annotated R peaks, each measured against
 * those before it and a few after it. Beats on unusable signal are scored as well, as `scoreBeats` does.
 *
 * @throws EcgError of readLeads, readAnnotations and classifyCausally
 */
export async function scoreBeatsCausally(
  source: RecordSource,
  names: readonly string[],
  model: Pick<ClassifierSource, 'shape'> & { readonly contract: InputContract },
  classifier: Pick<RecordClassifier, 'predict'>,
  onRecord?: (name: string, done: number, total: number) => void,
): Promise<ScoredBeats> {
  const { classes, mapping } = model.contract;
  const beats: { record: number; peak: number; label: number; logits: Float32Array }[] = [];
  for (const [index, name] of names.entries()) {
    onRecord?.(name, index, names.length);
    const record = await readLeads(source, name, model.contract);
    const { annotations } = await readAnnotations(source, name, 'atr', { fs: record.fs });
    const { samples: peaks, labels } = annotatedBeats(annotations, mapping, record.length, name);
    const { called } = await callCausally(record, model, classifier, { peaks });
    for (const [k, { logits }] of called.entries())
      beats.push({ record: index, peak: peaks[k]!, label: labels[k]!, logits });
  }
  return scoredBeats(classes, {
    records: names,
    recordOf: Uint16Array.from(beats, ({ record }) => record),
    peaks: Int32Array.from(beats, ({ peak }) => peak),
    labels: Uint8Array.from(beats, ({ label }) => label),
    logits: Float32Array.from(beats.flatMap(({ logits }) => [...logits])),
  });
}
