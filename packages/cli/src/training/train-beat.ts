import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatSet,
  type BeatTrainingConfig,
  beatTrainingConfig,
  DEFAULT_TRAINING,
  EACH_LEAD_DRAWS,
  eachLead,
  encodeModel,
  trainOnBeats,
} from '@ecgpu/model';
import {
  leadsFlag,
  loadTrainingBeats,
  openRun,
  provenanceOf,
  recordedIn,
  type Trained,
  type TrainingJob,
} from './job.js';

/**
 * Trains a beat model into a folder.
 *
 * @param beats the job's beats where they have been read already.
 */
export async function trainBeat(job: TrainingJob, folder = job.out, beats?: BeatSet): Promise<Trained> {
  const epochs = job.epochs ?? DEFAULT_TRAINING.epochs;
  const config = encoderConfig(job, epochs);
  const opened = await openRun(job, folder, config);
  const device = await job.device();
  const set = eachLead(beats ?? (await loadTrainingBeats(job)));
  const { averaged, reports } = await trainOnBeats(device, set, config, recordedIn(opened, job.console));
  const flags = `${leadsFlag(job)}${job.imbalance?.flags ?? ''}`;
  const command = `ecgpu train --split ${job.split} --seed ${job.seed} --epochs ${epochs}${flags}`;
  const provenance = provenanceOf(job, device, command);
  const file = encodeModel({
    kind: 'beat',
    shape: BEAT_NETWORK,
    contract: BEAT_CONTRACT,
    values: averaged,
    provenance,
  });
  return { model: await opened.run.saveModel(file), beats: set.count, epochs: reports };
}

/** What a beat model, or a sequence model's encoder, is trained by. */
export function encoderConfig(
  { seed, leads, imbalance }: TrainingJob,
  epochs = DEFAULT_TRAINING.epochs,
): BeatTrainingConfig {
  const config = beatTrainingConfig(BEAT_NETWORK, { seed, epochs });
  const { flags: _, ...changes } = imbalance ?? { flags: '' };
  return { ...config, ...(leads === 2 ? { draws: EACH_LEAD_DRAWS } : {}), ...changes };
}
