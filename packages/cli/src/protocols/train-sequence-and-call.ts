import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import {
  adaptWithinPatients,
  type BeatSet,
  type BeatSplit,
  type EncodedBeats,
  type Encoder,
  eachLead,
  encodedRecord,
  encodeVersions,
  mostLikely,
  type ParameterValues,
  type RecordCalls,
  recordRanges,
  type SequenceTrainingConfig,
  selectBeats,
  sequenceContract,
  trainOnBeats,
  trainOnSequences,
  type WithinPatientsSequence,
  withRhythmFeatures,
} from '@ecgpu/model';
import { keptCalls } from './kept-calls.js';
import { type NetworksOfOthers, trainNetworksOfOthers } from './networks-of-others.js';
import { trainingSteps } from './train-and-call.js';
import type { TrainingProtocolContext } from './training-protocol.js';

/**
 * {@link trainAndCall} of a sequence model that is then adapted to each patient: an encoder, the networks over its vectors, those of other
 * people only, and for every record a fine-tuning on those of its beats that are trained on. Beats that are not are seen as neighbours,
 * without their labels.
 *
 * @param set all beats of its records in time order, in two leads.
 */
export function trainSequenceAndCall(
  context: TrainingProtocolContext,
  set: BeatSet,
  split: BeatSplit,
  config: WithinPatientsSequence,
  name: string,
): Promise<RecordCalls[]> {
  const { device } = context;
  return keptCalls(context, name, split, config, async () => {
    const own = selectBeats(set, split.train);
    const steps = await trainingSteps(context, `${name}-encoder`, config.encoder);
    const { averaged } = await trainOnBeats(device, eachLead(own), config.encoder, steps);
    const encoder = { shape: config.encoder.network, values: averaged };
    const { sequence } = config;
    const learned = await encode(context, encoder, own, sequence);
    const later = await encode(context, encoder, selectBeats(set, split.test), { ...sequence, augmentedVersions: 0 });
    const members: ParameterValues[] = [];
    for (let member = 0; member < config.members; member++) {
      const training = { ...sequence.training, seed: sequence.training.seed + member };
      const each = { ...sequence, training };
      const hooks = await trainingSteps(context, `${name}-network-${member}`, each);
      members.push((await trainOnSequences(device, learned, each, hooks)).averaged);
    }
    const others = await trainNetworksOfOthers(context, name, learned, config);
    return callAdapted(context, set, { members, others, learned, later }, config);
  });
}

async function encode(
  { console, device }: TrainingProtocolContext,
  encoder: Encoder,
  set: BeatSet,
  config: SequenceTrainingConfig,
): Promise<EncodedBeats> {
  const line = console.progress('beats encoded');
  const encoded = await encodeVersions(device, encoder, set, config, (done, total) => line.update(done, total));
  line.end();
  return encoded;
}

interface TrainedOnAll {
  readonly members: readonly ParameterValues[];
  readonly others: NetworksOfOthers;
  readonly learned: EncodedBeats;
  readonly later: EncodedBeats;
}

async function callAdapted(
  { console, device }: TrainingProtocolContext,
  set: BeatSet,
  { members, others, learned, later }: TrainedOnAll,
  config: WithinPatientsSequence,
): Promise<RecordCalls[]> {
  const contract = sequenceContract(set.contract);
  const { features } = withRhythmFeatures(set, contract);
  const rehearsal = { ...learned, versions: learned.versions.slice(0, 1) };
  const line = console.progress('patients');
  const calls: RecordCalls[] = [];
  const ranges = recordRanges(set);
  for (const [index, { from, to }] of ranges.entries()) {
    const record = set.recordOf[from]!;
    line.update(index, ranges.length, set.records[record]!.name);
    const own = partOf(learned, record);
    const test = partOf(later, record);
    if (test === undefined) continue;
    // What is learned from is a record's beginning, so the two parts follow each other.
    const encoded = Float32Array.from([...(own?.versions[0] ?? []), ...test.versions[0]!]);
    const width = contract.rhythm.features.length;
    const whole = { count: to - from, encoded, features: features.subarray(from * width, to * width) };
    const model = { members, contract };
    const logits = await adaptWithinPatients(device, model, own, rehearsal, whole, others(record), config);
    calls.push(callsOfEnd(test.set, logits.subarray(-test.set.count * contract.classes.length), record));
  }
  line.end();
  return calls;
}

/** A record's beats among those encoded. */
function partOf(encoded: EncodedBeats, record: number): EncodedBeats | undefined {
  const range = encoded.records.find(({ from }) => encoded.set.recordOf[from] === record);
  return range && encodedRecord(encoded, range);
}

function callsOfEnd({ records, labels, contract }: BeatSet, logits: Float32Array, record: number): RecordCalls {
  const { classes } = contract;
  const called = (_: number, beat: number): BeatLabel =>
    classes[mostLikely(logits.subarray(beat * classes.length, (beat + 1) * classes.length))]!;
  return {
    record: records[record]!.name,
    reference: Array.from(labels, (label) => beatLabels[label]!),
    predicted: Array.from(labels, called),
  };
}
