import type { Device, ParameterValues } from '@ecgpu/engine';
import { countClasses } from '../data/annotated-beats.js';
import type { EncodedBeats } from '../data/encoded-beats.js';
import { judgeUnshown } from '../patient/judge-unshown.js';
import type { InputContract } from '../preprocess/contract.js';
import { callEncoded } from './call-encoded.js';
import { finetuneSequence } from './finetune-sequence.js';
import { unshownClasses } from './unshown-classes.js';
import type { WithinPatientsSequence } from './within-patients-sequence.js';

/** Networks of all patients, over one encoder's vectors. */
export interface KnownPatientsModel {
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
 * Fine-tunes each network on the beats of a record that may be learned from, and classifies all of its beats with them. Networks that
 * have not learned from this patient decide whether a beat is of a class that the patient has not shown.
 *
 * @param own absent, or shorter than a window: the networks stay as they are.
 * @param rehearsal everybody's beats that may be learned from.
 * @param others networks over the same encoder's vectors that have not learned from this patient; empty where there are none.
 * @returns [count, classes]: log-probabilities up to a number a beat, and the offsets.
 */
export async function adaptWithinPatients(
  device: Device,
  { members, contract }: KnownPatientsModel,
  own: EncodedBeats | undefined,
  rehearsal: EncodedBeats,
  { count, encoded, features }: WholeRecord,
  others: readonly ParameterValues[],
  { sequence: { network: shape }, adaptation, premature, judgement, offsets }: WithinPatientsSequence,
): Promise<Float32Array> {
  const enough = own !== undefined && own.set.count >= shape.beats;
  const hasShown = enough && countClasses(own.set.labels).S > 0;
  const ownChanges = hasShown ? adaptation.ownChanges : { ...adaptation.ownChanges, premature };
  const adapted: ParameterValues[] = [];
  for (const [member, values] of members.entries()) {
    const model = { shape, values, contract, members: 1 };
    const options = { ...adaptation, ownChanges, seed: adaptation.seed + member };
    adapted.push(enough ? await finetuneSequence(device, model, [own], [rehearsal], options) : values);
  }
  const call = async (networks: readonly ParameterValues[]) => {
    const over = networks.map((values) => ({ values, encoded }));
    return (await callEncoded(device, shape, over, count, features)).logits;
  };
  const logits = await call(adapted);
  const unshown = enough ? unshownClasses(own.set.labels, contract.classes, judgement.classes) : [];
  const judged =
    others.length > 0 && unshown.includes(true) ? judgeUnshown(logits, await call(others), unshown) : logits;
  return Float32Array.from(judged, (logit, i) => logit + offsets[i % offsets.length]!);
}
