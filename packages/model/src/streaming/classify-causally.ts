import { detectBeats, type EcgRecord } from '@ecgpu/ecg-dsp';
import type { ClassifierSource, RecordClassifier } from '../classifier.js';
import { type ClassifiedRecord, type ClassifyOptions, UNUSABLE } from '../classify.js';
import type { InputContract } from '../contract.js';
import { takeLead } from '../preprocess/lead.js';
import { classifiedBeat } from './classified-beat.js';
import { prepareCausally } from './prepare-causally.js';
import { streamCaller } from './stream-caller.js';
import { streamContract } from './stream-contract.js';

/**
 * `classifyRecord` with what a stream knows: each beat is measured against the beats before it and a few after it instead of
 * the whole record, in as many leads as the contract looks at. The beats and classes are those of `ClassifierStream`.
 *
 * @throws EcgError of takeLead, `PEAKS_NOT_RISING`, `PEAK_OUT_OF_RANGE`, `RATE_NOT_ACCEPTED`
 */
export async function classifyCausally(
  record: EcgRecord,
  model: Pick<ClassifierSource, 'shape'> & { readonly contract: InputContract },
  classifier: RecordClassifier,
  { lead, peaks }: Pick<ClassifyOptions, 'lead' | 'peaks'> = {},
): Promise<ClassifiedRecord> {
  const { signal, second, diagnostics } = takeLead(record, model.contract, lead);
  const detection = peaks === undefined ? detectBeats(signal.samples, signal.fs) : undefined;
  const { contract } = model;
  const prepared = prepareCausally(signal, peaks ?? detection!.samples, streamContract(contract), second?.samples);
  const called = await streamCaller(model, classifier).take(prepared, true);
  const beats = called.map((beat) => classifiedBeat(beat, record.fs, contract.classes));
  const counts: Record<string, number> = Object.fromEntries([...contract.classes, UNUSABLE].map((label) => [label, 0]));
  for (const { class: called } of beats) counts[called]!++;
  return {
    record: record.name,
    fs: record.fs,
    lead: signal.lead,
    ...(second ? { secondLead: second.lead } : {}),
    beats,
    counts,
    diagnostics: [...record.diagnostics, ...diagnostics, ...(detection?.diagnostics ?? [])],
  };
}
