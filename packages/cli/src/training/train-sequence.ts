import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  BEAT_NETWORK,
  type BeatModel,
  type BeatSet,
  beatTrainingConfig,
  encodeModel,
  encoderValues,
  encodeVersions,
  encodingLength,
  joinValues,
  requireKind,
  SEQUENCE_NETWORK,
  SEQUENCE_RULE,
  sequenceContract,
  sequenceTrainingConfig,
  trainOnSequences,
} from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import { loadTrainingBeats, openRun, provenanceOf, recordedIn, type Trained, type TrainingJob } from './job.js';
import { trainBeat } from './train-beat.js';

type Encoder = LoadedModel & BeatModel;

/** Trains a sequence model: an encoder first, unless there is one, then the network over its vectors. */
export async function trainSequence(job: TrainingJob): Promise<Trained> {
  const given = job.encoder === undefined ? undefined : await loadBeatModel(job.encoder);
  const shape = given?.shape ?? BEAT_NETWORK;
  const network = { ...SEQUENCE_NETWORK, encoding: encodingLength(shape) };
  const stage = sequenceTrainingConfig({ seed: job.seed, ...(job.epochs === undefined ? {} : { epochs: job.epochs }) });
  const config = { ...stage, network };
  const encoderConfig = given ? { hash: given.hash } : beatTrainingConfig(BEAT_NETWORK, { seed: job.seed });
  const opened = await openRun(job, job.out, { ...config, encoder: encoderConfig });
  const device = await job.device();
  const set = await loadTrainingBeats(job);
  const encoder = given ?? (await trainedEncoder(job, set));

  const line = job.console.progress('beats encoded');
  const encoded = await encodeVersions(device, encoder, set, config, (done, total) => line.update(done, total));
  line.end();
  const { averaged, reports } = await trainOnSequences(device, encoded, config, recordedIn(opened, job.console));
  const from = job.encoder === undefined ? '' : ` --encoder ${job.encoder}`;
  const command = `ecgpu train --model sequence --split ${job.split} --seed ${job.seed} --epochs ${config.training.epochs}${from}`;
  const file = encodeModel({
    kind: 'sequence',
    encoder: encoder.shape,
    shape: network,
    rule: SEQUENCE_RULE,
    contract: sequenceContract(encoder.contract),
    values: joinValues(encoderValues(encoder.values, encoder.shape), averaged),
    provenance: {
      ...provenanceOf(job, device, command),
      // What the encoder has seen, the model has seen.
      records: [...new Set([...job.records, ...encoder.provenance.records])],
      parent: encoder.hash,
    },
  });
  return { model: await opened.run.saveModel(file), beats: set.count, epochs: reports };
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
