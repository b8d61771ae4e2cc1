import {
  type EncodedBeats,
  encodedRecords,
  type ParameterValues,
  patientGroups,
  trainOnSequences,
  unshownClasses,
  type WithinPatientsSequence,
} from '@ecgpu/model';
import { trainingSteps } from './train-and-call.js';
import type { TrainingProtocolContext } from './training-protocol.js';

/** Networks that have not learned from the patient of a record, by the record's number in the set; none where none were trained. */
export type NetworksOfOthers = (record: number) => readonly ParameterValues[];

/**
 * Trains networks on the beats of all groups of patients but one, for each group in which somebody has not shown a class that they are
 * asked about.
 *
 * @param name of the test; checkpoints lie under names that begin with it.
 * @param learned everybody's beats that may be learned from.
 */
export async function trainNetworksOfOthers(
  context: TrainingProtocolContext,
  name: string,
  learned: EncodedBeats,
  { sequence, judgement }: WithinPatientsSequence,
): Promise<NetworksOfOthers> {
  const { console, device, list } = context;
  const { set } = learned;
  const groupOf = new Map(patientGroups(list, judgement.groups).map((group, i) => [list.records[i]!, group]));
  const group = (record: number) => groupOf.get(set.records[record]!.name)!;
  const long = learned.records.filter(({ from, to }) => to - from >= sequence.network.beats);
  const networks = new Map<number, ParameterValues[]>();
  const asking = long.filter(({ from, to }) =>
    unshownClasses(set.labels.subarray(from, to), set.contract.classes, judgement.classes).includes(true),
  );
  for (const asked of [...new Set(asking.map(({ from }) => group(set.recordOf[from]!)))].sort((a, b) => a - b)) {
    const others = long.filter(({ from }) => group(set.recordOf[from]!) !== asked);
    if (others.length === 0) {
      console.err(`${name}: no other patients to learn from for group ${asked + 1}\n`);
      continue;
    }
    const beats = encodedRecords(learned, others);
    const members: ParameterValues[] = [];
    for (let member = 0; member < judgement.members; member++) {
      const training = { ...sequence.training, seed: sequence.training.seed + member };
      const config = { ...sequence, training };
      const hooks = await trainingSteps(context, `${name}-without-group-${asked + 1}-network-${member}`, config);
      members.push((await trainOnSequences(device, beats, config, hooks)).averaged);
    }
    networks.set(asked, members);
  }
  return (record) => networks.get(group(record)) ?? [];
}
