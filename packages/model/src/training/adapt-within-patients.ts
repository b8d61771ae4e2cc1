import type { Device, ParameterValues } from '@ecgpu/engine';
import type { InputContract } from '../contract.js';
import { countClasses } from '../data/annotated-beats.js';
import type { EncodedBeats } from '../data/encoded-beats.js';
import { NO_RULE } from '../output-rule.js';
import { SequenceClassifier, type SequenceParts } from '../sequence-inference.js';
import { finetuneSequence } from './finetune-sequence.js';
import { mixValues } from './mix-values.js';
import type { WithinPatientsSequence } from './within-patients-sequence.js';

/** Networks of all patients. */
export interface KnownPatientsModel {
  readonly encoder: SequenceParts['encoder'];
  readonly members: readonly ParameterValues[];
  readonly contract: InputContract;
}

/** All beats of one record, in time order. */
export interface WholeRecord {
  readonly count: number;
  /** [count, length of a vector]. */
  readonly encoded: Float32Array;
  /** [count, rhythm features]. */
  readonly features: Float32Array;
}

/**
 * Fine-tunes each network on the beats of a record that may be learned from, and classifies all of its beats with them.
 *
 * @param own absent, or shorter than a window: the networks stay as they are.
 * @param rehearsal everybody's beats that may be learned from.
 * @returns [count, classes]: mean log-probabilities of the networks, and the offsets; they do not sum to 1.
 */
export async function adaptWithinPatients(
  device: Device,
  { encoder, members, contract }: KnownPatientsModel,
  own: EncodedBeats | undefined,
  rehearsal: EncodedBeats,
  { count, encoded, features }: WholeRecord,
  { sequence: { network: shape }, adaptation, premature, adaptedShare, offsets }: WithinPatientsSequence,
): Promise<Float32Array> {
  const logits = Float32Array.from({ length: count * shape.classes }, (_, i) => offsets[i % shape.classes]!);
  const enough = own !== undefined && own.set.count >= shape.beats;
  const hasShown = enough && countClasses(own.set.labels).S > 0;
  const ownChanges = hasShown ? adaptation.ownChanges : { ...adaptation.ownChanges, premature };
  for (const [member, values] of members.entries()) {
    const model = { shape, values, contract, members: 1 };
    const options = { ...adaptation, ownChanges, seed: adaptation.seed + member };
    const tuned = enough ? await finetuneSequence(device, model, [own], [rehearsal], options) : values;
    const mixed = mixValues(values, tuned, adaptedShare);
    const parts = { encoder, sequence: { shape, values: mixed }, rule: NO_RULE };
    const classifier = await SequenceClassifier.create(device, parts);
    try {
      const called = await classifier.classify(count, encoded, features);
      for (const [i, logit] of called.logits.entries()) logits[i]! += logit / members.length;
    } finally {
      classifier.release();
    }
  }
  return logits;
}
