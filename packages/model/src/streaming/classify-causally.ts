import { type Diagnostic, detectBeats, type EcgRecord } from '@ecgpu/ecg-dsp';
import { type ClassifiedRecord, type ClassifyOptions, UNUSABLE } from '../classify.js';
import type { InputContract } from '../preprocess/contract.js';
import { takeLead } from '../preprocess/lead.js';
import { rawLead, stillFindings } from '../preprocess/still-signal.js';
import type { ClassifierSource, RecordClassifier } from '../record-classifier.js';
import { classifiedBeat } from './classified-beat.js';
import { prepareCausally } from './prepare-causally.js';
import { type CalledBeat, streamCaller } from './stream-caller.js';
import { streamContract } from './stream-contract.js';

type CausalModel = Pick<ClassifierSource, 'shape'> & { readonly contract: InputContract };
type CausalOptions = Pick<ClassifyOptions, 'lead' | 'peaks'>;

/**
 * `classifyRecord` with what a stream knows: each beat is measured against the beats before it and a few after it instead of
 * the whole record, in as many leads as the contract looks at. The beats and classes are those of `ClassifierStream`.
 *
 * @throws EcgError of takeLead, `PEAKS_NOT_RISING`, `PEAK_OUT_OF_RANGE`, `RATE_NOT_ACCEPTED`
 */
export async function classifyCausally(
  record: EcgRecord,
  model: CausalModel,
  classifier: RecordClassifier,
  options: CausalOptions = {},
): Promise<ClassifiedRecord> {
  const { classes } = model.contract;
  const { called, ...of } = await callCausally(record, model, classifier, options);
  const beats = called.map((beat) => classifiedBeat(beat, record.fs, classes));
  const counts: Record<string, number> = Object.fromEntries([...classes, UNUSABLE].map((label) => [label, 0]));
  for (const { class: name } of beats) counts[name]!++;
  return { record: record.name, fs: record.fs, ...of, beats, counts };
}

/** The same, with what the network made of each beat, whatever its signal is worth. */
export async function callCausally(
  record: EcgRecord,
  model: CausalModel,
  classifier: Pick<RecordClassifier, 'predict'>,
  { lead, peaks }: CausalOptions = {},
): Promise<
  Pick<ClassifiedRecord, 'lead' | 'secondLead'> & {
    readonly called: readonly CalledBeat[];
    readonly diagnostics: readonly Diagnostic[];
  }
> {
  const { signal, second, diagnostics } = takeLead(record, model.contract, lead);
  const detection = peaks === undefined ? detectBeats(signal.samples, signal.fs) : undefined;
  const contract = streamContract(model.contract);
  const prepared = prepareCausally(signal, peaks ?? detection!.samples, contract, second?.samples);
  const still = prepared.map((beat) => beat.still);
  return {
    lead: signal.lead,
    ...(second ? { secondLead: second.lead } : {}),
    called: await streamCaller(model, classifier).take(prepared, true),
    diagnostics: [
      ...record.diagnostics,
      ...diagnostics,
      ...(detection?.diagnostics ?? []),
      ...stillFindings(rawLead(signal.samples), signal.fs, still, record.name),
    ],
  };
}
