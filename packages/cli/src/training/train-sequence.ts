import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  BEAT_NETWORK,
  type BeatModel,
  type BeatSet,
  beatVectorLength,
  type EpochReport,
  encodeModel,
  encoderValues,
  encodeVersions,
  joinValues,
  type ParameterValues,
  requireKind,
  SEQUENCE_NETWORK,
  SEQUENCE_RULE,
  type SequenceTrainingConfig,
  sequenceContract,
  sequenceTrainingConfig,
  trainOnSequences,
  withSecondLead,
} from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import {
  loadTrainingBeats,
  networkFlags,
  type OpenedRun,
  openRun,
  provenanceOf,
  recordedIn,
  type Trained,
  type TrainingJob,
} from './job.js';
import { encoderConfig, trainBeat } from './train-beat.js';

type Encoder = LoadedModel & BeatModel;

/** A trained network of the model, and what it was trained from. */
interface Member {
  readonly encoder: Encoder;
  readonly values: ParameterValues;
  readonly reports: readonly EpochReport[];
}

/**
 * Trains a sequence model: for each member an encoder first, unless there is one, then the network over its vectors. Members
 * differ in their seeds, which follow each other, and in nothing else.
 */
export async function trainSequence(job: TrainingJob): Promise<Trained> {
  const given = job.encoder === undefined ? undefined : await loadBeatModel(job.encoder);
  const shape = given?.shape ?? BEAT_NETWORK;
  const network = { ...SEQUENCE_NETWORK, encoding: beatVectorLength(shape, job.leads) };
  const { epochs = sequenceTrainingConfig().training.epochs } = job;
  const stage = sequenceTrainingConfig({ epochs });
  const { weighting = stage.weighting, loss: classLoss = stage.classLoss } = job.imbalance ?? {};
  const config = { ...stage, network, weighting, classLoss };
  // The first member's run is the model's: opened before anything is read, so that a wrong folder is told at once.
  const opened = await openMember(job, job.out, config, given);
  const device = await job.device();
  const set = await loadTrainingBeats(job);
  const members = [await trainMember(job, opened, config, given, set)];
  while (members.length < job.members) {
    const out = join(job.out, `member-${members.length}`);
    const own = { ...job, out, seed: job.seed + members.length };
    members.push(await trainMember(own, await openMember(own, out, config, given), config, given, set));
  }
  const { encoder, reports } = members[0]!;
  const flags = [
    networkFlags(job),
    job.encoder === undefined ? '' : ` --encoder ${job.encoder}`,
    job.imbalance?.flags ?? '',
  ].join('');
  const command = `ecgpu train --model sequence --split ${job.split} --seed ${job.seed} --epochs ${epochs}${flags}`;
  const file = encodeModel({
    kind: 'sequence',
    encoder: encoder.shape,
    shape: network,
    members: members.length,
    rule: SEQUENCE_RULE,
    contract: sequenceContract(job.leads === 2 ? withSecondLead(encoder.contract) : encoder.contract),
    values: new Map(
      members.flatMap(({ encoder: own, values }, member) => [
        ...joinValues(encoderValues(own.values, own.shape), values, member),
      ]),
    ),
    provenance: {
      ...provenanceOf(job, device, command),
      // What the encoder has seen, the model has seen.
      records: [...new Set([...job.records, ...encoder.provenance.records])],
      parent: encoder.hash,
    },
  });
  return { model: await opened.run.saveModel(file), beats: set.count, epochs: reports };
}

function openMember(
  job: TrainingJob,
  folder: string,
  config: SequenceTrainingConfig,
  given: Encoder | undefined,
): Promise<OpenedRun> {
  const encoder = given ? { hash: given.hash } : encoderConfig(job);
  return openRun(job, folder, { ...seeded(config, job.seed), encoder, leads: job.leads });
}

async function trainMember(
  job: TrainingJob,
  opened: OpenedRun,
  config: SequenceTrainingConfig,
  given: Encoder | undefined,
  set: BeatSet,
): Promise<Member> {
  const device = await job.device();
  const encoder = given ?? (await trainedEncoder(job, set));
  const own = seeded(config, job.seed);
  const line = job.console.progress('beats encoded');
  const encoded = await encodeVersions(device, encoder, set, own, (done, total) => line.update(done, total));
  line.end();
  const { averaged, reports } = await trainOnSequences(device, encoded, own, recordedIn(opened, job.console));
  return { encoder, values: averaged, reports };
}

function seeded(config: SequenceTrainingConfig, seed: number): SequenceTrainingConfig {
  return { ...config, training: { ...config.training, seed } };
}

async function trainedEncoder(job: TrainingJob, set: BeatSet): Promise<Encoder> {
  const folder = join(job.out, 'encoder');
  const finished = join(folder, 'model.safetensors');
  if (job.resume && existsSync(finished)) return loadBeatModel(finished);
  const { model } = await trainBeat({ ...job, epochs: undefined }, folder, set);
  return loadBeatModel(model);
}

async function loadBeatModel(file: string): Promise<Encoder> {
  return requireKind(await loadModel(file), 'beat', file);
}
