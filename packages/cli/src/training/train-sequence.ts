import { join } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import {
  assertDisjoint,
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatModel,
  type BeatSet,
  beatVectorLength,
  type EncodedBeats,
  type EpochReport,
  encodedLessMedian,
  encodeModel,
  encoderValues,
  encodeVersions,
  type InputContract,
  joinValues,
  type ParameterValues,
  RECORD_MEDIAN,
  type RecordList,
  relativeTrainingConfig,
  requireKind,
  SELF_TRAINING,
  SEQUENCE_NETWORK,
  SEQUENCE_RULE,
  type SequenceModel,
  type SequenceNetworkShape,
  type SequenceTrainingConfig,
  separateValues,
  sequenceContract,
  sequenceTrainingConfig,
  trainedRecords,
  trainOnSequences,
  withSecondLead,
} from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import { noiseFlag } from '../options/training-noise.js';
import { finishedModel } from './finished-model.js';
import { heldOutBeats, type TrainedPart, validationConfig, validationFlags, validationOn } from './held-out.js';
import {
  hasRelativeStage,
  loadTrainingBeats,
  loadTrainingCopies,
  networkFlags,
  type OpenedRun,
  openRun,
  provenanceOf,
  recordedIn,
  type Trained,
  type TrainedEpoch,
  type TrainingJob,
} from './job.js';
import { encoderConfig, type TrainingBeats, trainBeat } from './train-beat.js';

type Encoder = LoadedModel & BeatModel;

/** A trained network of the model, and what it was trained from. */
interface Member {
  readonly encoder: Encoder;
  readonly values: ParameterValues;
  /** Of its relative stage, where it has one. */
  readonly relative?: ParameterValues;
  /** Of these networks, those that were trained just now. */
  readonly epochs: readonly TrainedEpoch[];
}

/** What all members have in common. */
interface Recipe {
  readonly config: SequenceTrainingConfig;
  readonly given: Encoder | undefined;
  readonly set: BeatSet;
  /** Beats of people held out, on whom each epoch of the networks over vectors is scored. */
  readonly heldOut: BeatSet | undefined;
  /** The model of some members. */
  readonly model: (members: readonly Omit<Member, 'epochs'>[]) => SequenceModel;
}

/**
 * Trains a sequence model: for each member an encoder first, unless there is one, then the networks over its vectors: of two
 * leads a second one for whole records, its relative stage. Members differ in their seeds, which follow each other, and in nothing
 * else. People held out decide the epoch of each network over vectors; encoders are trained to their end.
 *
 * @throws EcgError `RECORD_IN_BOTH_HALVES`, `PATIENT_IN_BOTH_HALVES` where the given encoder has learned from people held out;
 *   `DATABASES_DIFFER` where it has learned from another database than the job's
 */
export async function trainSequence(job: TrainingJob): Promise<Trained> {
  const given = job.encoder === undefined ? undefined : await loadBeatModel(job.encoder);
  if (given) requireSameDatabase(trainedRecords(given), job.database);
  if (given && job.validation) {
    const { list } = job.validation;
    assertDisjoint(trainedRecords(given, list.patients), list);
  }
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
  const model = (members: readonly Omit<Member, 'epochs'>[]) => modelOf(members, network, job, device);
  const heldOut = job.validation
    ? await heldOutBeats(job.validation, job, contractOf(given?.contract ?? BEAT_CONTRACT, job))
    : undefined;
  const recipe: Recipe = { config, given, set, heldOut, model };
  const members = [await trainMember(job, opened, recipe)];
  while (members.length < job.members) {
    const out = join(job.out, `member-${members.length}`);
    const seed = job.seed + members.length;
    // The job's own folder is the whole model's: in a run that goes on, a member's may not be there yet.
    const own = await openMember({ ...job, seed }, out, config, given);
    members.push(await trainMember({ ...job, out, seed }, own, recipe));
  }
  const file = encodeModel(model(members));
  const trained = members.flatMap((own, member) => own.epochs.map((epoch) => ({ ...epoch, member })));
  return { model: await opened.run.saveModel(file), beats: set.count, epochs: trained };
}

/** What the beats that a sequence model of a job looks at are prepared by. */
function contractOf(encoder: InputContract, { leads }: TrainingJob): InputContract {
  return sequenceContract(leads === 2 ? withSecondLead(encoder) : encoder);
}

function modelOf(
  members: readonly Omit<Member, 'epochs'>[],
  network: SequenceNetworkShape,
  job: TrainingJob,
  device: Device,
): SequenceModel {
  const { encoder } = members[0]!;
  const contract = contractOf(encoder.contract, job);
  const { epochs = sequenceTrainingConfig().training.epochs } = job;
  const flags = [
    networkFlags(job),
    job.encoder === undefined ? '' : ` --encoder ${job.encoder}`,
    validationFlags(job.validation),
    job.imbalance?.flags ?? '',
    noiseFlag(job.noise),
  ].join('');
  const command = `ecgpu train --model sequence --split ${job.split} --seed ${job.seed} --epochs ${epochs}${flags}`;
  return {
    kind: 'sequence',
    encoder: encoder.shape,
    shape: network,
    members: members.length,
    rule: SEQUENCE_RULE,
    ...(members[0]!.relative ? { relative: RECORD_MEDIAN, selfTraining: SELF_TRAINING } : {}),
    contract,
    values: new Map(
      members.flatMap(({ encoder: own, values, relative }, member) => [
        ...joinValues(encoderValues(own.values, own.shape), values, member, relative),
      ]),
    ),
    provenance: {
      // An encoder that was given has its own noise.
      ...(encoder.provenance.noise ? { noise: encoder.provenance.noise } : {}),
      ...provenanceOf(job, device, command),
      // What the encoder has seen, the model has seen; and people on whom an epoch was chosen are no test of it either.
      records: [...new Set([...job.records, ...encoder.provenance.records, ...(job.validation?.list.records ?? [])])],
      parent: encoder.hash,
    },
  };
}

function openMember(
  job: TrainingJob,
  folder: string,
  config: SequenceTrainingConfig,
  given: Encoder | undefined,
): Promise<OpenedRun> {
  return openStage(job, folder, seeded(config, job.seed), given ? { hash: given.hash } : encoderConfig(job));
}

function openStage(job: TrainingJob, folder: string, config: SequenceTrainingConfig, encoder: object) {
  const validation = job.validation ? { validation: validationConfig(job.validation) } : {};
  const relative = hasRelativeStage(job) ? { relative: RECORD_MEDIAN } : {};
  const found = job.foundPeaks ? { foundPeaks: true } : {};
  return openRun(job, folder, { ...config, encoder, leads: job.leads, ...found, ...relative, ...validation });
}

async function trainMember(
  job: TrainingJob,
  opened: OpenedRun,
  { config, given, set, heldOut, model }: Recipe,
): Promise<Member> {
  const device = await job.device();
  const read = { set, copies: await loadTrainingCopies(job) };
  const { encoder, epochs: ofEncoder } = given ? { encoder: given, epochs: [] } : await trainedEncoder(job, read);
  const own = seeded(config, job.seed);
  const line = job.console.progress('beats encoded');
  const onEncoded = (done: number, total: number) => line.update(done, total);
  const encoded = await encodeVersions(device, encoder, set, own, onEncoded, read.copies);
  line.end();
  const train = async (stage: OpenedRun, beats: EncodedBeats, by: SequenceTrainingConfig, part: TrainedPart) => {
    const hooks = {
      ...recordedIn(stage, job.console),
      ...(heldOut && job.validation
        ? { validation: await validationOn(heldOut, job.validation.patience, stage, device, part) }
        : {}),
    };
    return trainOnSequences(device, beats, by, hooks);
  };
  const { averaged: values, reports } = await train(opened, encoded, own, {
    model: (values) => model([{ encoder, values }]),
    values: ({ values }) => separateValues(values).sequence,
  });
  const epochs = [...of('encoder', ofEncoder), ...of('plain', reports)];
  if (!hasRelativeStage(job)) {
    job.onNetwork?.(reports.length);
    return { encoder, values, epochs };
  }
  // A run of its own in the member's folder, with its metrics and checkpoints.
  const by = relativeTrainingConfig(own);
  const ownRun = await openStage(job, join(job.out, 'relative'), by, { hash: encoder.hash });
  const { averaged: relative, reports: others } = await train(ownRun, encodedLessMedian(encoded), by, {
    model: (relative) => model([{ encoder, values, relative }]),
    // Scored on records of any length and without self-training, so that it is this stage that is scored.
    scored: (relative) => {
      const { selfTraining: _, ...whole } = model([{ encoder, values, relative }]);
      return { ...whole, relative: { ...RECORD_MEDIAN, fewestBeats: 1 } };
    },
    values: ({ values }) => separateValues(values).relative,
  });
  job.onNetwork?.(reports.length + others.length);
  return { encoder, values, relative, epochs: [...epochs, ...of('relative', others)] };
}

function of(network: NonNullable<TrainedEpoch['network']>, reports: readonly EpochReport[]): TrainedEpoch[] {
  return reports.map((report) => ({ ...report, network }));
}

function seeded(config: SequenceTrainingConfig, seed: number): SequenceTrainingConfig {
  return { ...config, training: { ...config.training, seed } };
}

async function trainedEncoder(
  job: TrainingJob,
  read: TrainingBeats,
): Promise<{ readonly encoder: Encoder; readonly epochs: readonly EpochReport[] }> {
  const folder = join(job.out, 'encoder');
  const finished = job.resume ? await finishedModel(folder, job.console) : undefined;
  if (finished) return { encoder: requireKind(finished, 'beat', finished.name), epochs: [] };
  const { validation: _, onNetwork: __, ...whole } = job;
  const { model, epochs } = await trainBeat({ ...whole, epochs: undefined }, folder, read);
  return { encoder: await loadBeatModel(model), epochs };
}

/** A model file names one database, by which tests are held against its records. */
function requireSameDatabase({ name, database }: RecordList, wanted: string): void {
  if (database.toLowerCase() === wanted.toLowerCase()) return;
  throw new EcgError('DATABASES_DIFFER', `${name} is of ${database}, the records to train on are of ${wanted}`, {
    where: name,
    fix: 'Leave out --encoder, or give one that has learned from the same database.',
  });
}

async function loadBeatModel(file: string): Promise<Encoder> {
  return requireKind(await loadModel(file), 'beat', file);
}
