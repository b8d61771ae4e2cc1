import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatSet,
  beatTrainingConfig,
  DEFAULT_TRAINING,
  encodeModel,
  trainOnBeats,
} from '@ecgpu/model';
import { loadTrainingBeats, openRun, provenanceOf, recordedIn, type Trained, type TrainingJob } from './job.js';

/**
 * Trains a beat model into a folder.
 *
 * @param beats the job's beats where they have been read already.
 */
export async function trainBeat(job: TrainingJob, folder = job.out, beats?: BeatSet): Promise<Trained> {
  const epochs = job.epochs ?? DEFAULT_TRAINING.epochs;
  const config = beatTrainingConfig(BEAT_NETWORK, { seed: job.seed, epochs });
  const opened = await openRun(job, folder, config);
  const device = await job.device();
  const set = beats ?? (await loadTrainingBeats(job));
  const { averaged, reports } = await trainOnBeats(device, set, config, recordedIn(opened, job.console));
  const command = `ecgpu train --split ${job.split} --seed ${job.seed} --epochs ${epochs}`;
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
