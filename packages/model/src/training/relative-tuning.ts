import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device, ParameterValues } from '@ecgpu/engine';
import type { BeatSet } from '../data/beat-set.js';
import { type EncodedBeats, encodedBeats } from '../data/encoded-beats.js';
import { encodedLessMedian } from '../data/encoded-less-median.js';
import { type ScoredBeats, scoredBeats } from '../evaluation/scored-beats.js';
import { ruledLogits } from '../logits/output-rule.js';
import { type SequenceModel, separateValues } from '../model-file/sequence-model.js';
import { usableBeats } from '../preprocess/signal-problems.js';
import { isForRelativeStage, recordMedian } from '../record/median.js';
import { callEncoded } from './call-encoded.js';
import { encodeForFinetuning } from './finetune-sequence.js';

/** A patient's record as the relative stage of each member has it. */
export interface RelativeRecord {
  /** [members]: of all beats of the record. */
  readonly medians: readonly Float32Array[];
  /** [members]: the patient's own annotated beats as they are, less the median. */
  readonly own: readonly EncodedBeats[];
}

/**
 * Encodes a whole record for fine-tuning the relative stage; undefined where the record is not for that stage. The labels of
 * beats that are not the patient's own are not looked at: median and stage follow from signals alone.
 *
 * @param record all beats of the record.
 * @param own those of them that may be learned from.
 * @throws EcgError `BEAT_SET` where a beat of `own` is not in the record.
 */
export async function encodeRelativeRecord(
  device: Device,
  model: SequenceModel,
  record: BeatSet,
  own: BeatSet,
  seed: number,
): Promise<RelativeRecord | undefined> {
  const second = record.second ? { second: { present: usableBeats(record.second.problems) } } : {};
  if (!isForRelativeStage(model.relative, { count: record.count, ...second })) return undefined;
  const placeOf = new Map([...record.peaks].map((peak, place) => [peak, place]));
  const places = [...own.peaks].map((peak) => placeOf.get(peak) ?? -1);
  if (places.includes(-1)) {
    throw new EcgError(
      'BEAT_SET',
      `The patient's beat at sample ${own.peaks[places.indexOf(-1)]} is not in the record.`,
      {
        where: 'record',
        fix: "Give all beats of the record, the patient's own among them.",
      },
    );
  }
  const width = model.shape.encoding;
  const whole = await encodeForFinetuning(device, model, record, { augmented: false, seed });
  const medians = whole.map(({ versions }) => recordMedian(versions[0]!, width));
  const kept = whole.map(({ versions, secondLead }, member) => {
    const rows = new Float32Array(own.count * width);
    for (const [beat, place] of places.entries())
      rows.set(versions[0]!.subarray(place * width, (place + 1) * width), beat * width);
    return encodedLessMedian(encodedBeats(own, [rows], width, secondLead), [medians[member]!]);
  });
  return { medians, own: kept };
}

/** The patient's own beats as the relative stages of some values call them, averaged over the members. */
export async function scoreRelatively(
  device: Device,
  { shape, rule, contract, members }: SequenceModel,
  values: ParameterValues,
  own: BeatSet,
  { own: encoded }: RelativeRecord,
): Promise<ScoredBeats> {
  const networks = Array.from({ length: members }, (_, member) => ({
    values: separateValues(values, member).relative,
    encoded: encoded[member]!.versions[0]!,
  }));
  const { logits, fibrillation } = await callEncoded(device, shape, networks, own.count, own.features);
  const ruled = ruledLogits(logits, fibrillation, shape.classes, rule);
  const records = own.records.map(({ name }) => name);
  return scoredBeats(contract.classes, { ...own, records, logits: ruled.logits });
}
